/** `.metadata.json`: what a skill was made from, and a checksum of each of its files (contract §9). */
import { z } from 'zod'

import { blake3 } from '../digest.ts'
import type { SkillFile } from './skill-source.ts'

export const metadataFile = '.metadata.json'

/** A tool as it was when the skill was made; `digest` is the catalog's. */
export interface RecordedTool {
  readonly server: string
  readonly name: string
  readonly digest?: string | undefined
}

export interface SkillMetadata {
  readonly format_version: 1
  /** A server's skill, a skill someone wrote, or a program kept as a module. */
  readonly kind: 'server' | 'written' | 'program'
  readonly skill_name: string
  readonly skill_description: string
  readonly server_id: string
  readonly server_name: string
  readonly server_version: string
  readonly protocol_version: string
  readonly tool_count: number
  readonly tools: readonly RecordedTool[]
  readonly generated_at: string
  readonly generator_version: string
  /** `blake3:<hex>` of every file but this one. */
  readonly checksums: Readonly<Record<string, string>>
}

const skillMetadata: z.ZodType<SkillMetadata> = z.object({
  format_version: z.literal(1),
  kind: z.enum(['server', 'written', 'program']),
  skill_name: z.string(),
  skill_description: z.string(),
  server_id: z.string(),
  server_name: z.string(),
  server_version: z.string(),
  protocol_version: z.string(),
  tool_count: z.number().int().nonnegative(),
  tools: z.array(z.object({ server: z.string(), name: z.string(), digest: z.string().optional() })),
  generated_at: z.string(),
  generator_version: z.string(),
  checksums: z.record(z.string(), z.string()),
})

/** What is wrong with the text of a `.metadata.json`, or what it says. */
export type ParsedMetadata =
  | { readonly ok: true; readonly metadata: SkillMetadata }
  | {
      readonly ok: false
      readonly problems: readonly { readonly field: string; readonly message: string }[]
    }

export function parseMetadata(text: string): ParsedMetadata {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, problems: [{ field: metadataFile, message: 'is not JSON' }] }
  }
  const parsed = skillMetadata.safeParse(json)
  if (parsed.success) return { ok: true, metadata: parsed.data }
  const problems = parsed.error.issues.map(({ path, message }) => ({
    field: path.length === 0 ? metadataFile : path.map(String).join('.'),
    message,
  }))
  return { ok: false, problems }
}

export function printMetadata(metadata: SkillMetadata): string {
  return `${JSON.stringify(metadata, null, 2)}\n`
}

/** `blake3:<hex>` of each file, keyed by path. */
export async function checksumsOf(files: readonly SkillFile[]): Promise<Record<string, string>> {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const entries = await Promise.all(
    sorted.map(async ({ path, text }) => [path, await checksumOf(text)] as const),
  )
  return Object.fromEntries(entries)
}

export async function checksumOf(content: string | Uint8Array): Promise<string> {
  return `blake3:${await blake3(content)}`
}
