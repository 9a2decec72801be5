/** What a plugin is made of: `metadata.json` and `vfs.json`, their shapes and their bounds (contract §10). */
import { z } from 'zod'

import { ExecutionError } from '../errors.ts'
import { checkTreePath } from '../files/index.ts'

export const pluginFiles = ['metadata.json', 'module.wasm', 'vfs.json'] as const
export const checksumFile = 'checksum.blake3'
export type PluginFile = (typeof pluginFiles)[number]

const mebibyte = 1024 * 1024

/** A plugin with a larger file is refused before it is read. */
export const maxFileBytes: Readonly<Record<PluginFile | typeof checksumFile, number>> = {
  'metadata.json': 8 * mebibyte,
  'module.wasm': 64 * mebibyte,
  'vfs.json': 64 * mebibyte,
  'checksum.blake3': 4096,
}
const maxVfsFiles = 20_000

export interface PluginTool {
  readonly name: string
  readonly typescript_name: string
  readonly description?: string | undefined
  readonly digest?: string | undefined
}

export interface PluginMetadata {
  readonly format_version: 1
  readonly server: {
    readonly id: string
    readonly name: string
    readonly version: string
    readonly protocol_version: string
  }
  readonly generated_at: string
  readonly generator_version: string
  readonly tools: readonly PluginTool[]
}

/** One file of the virtual tree; `path` is relative to the server's folder. */
export interface VfsFile {
  readonly path: string
  readonly text: string
  readonly executable?: boolean | undefined
}

const metadata: z.ZodType<PluginMetadata> = z.strictObject({
  format_version: z.literal(1),
  server: z.strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
    name: z.string(),
    version: z.string(),
    protocol_version: z.string(),
  }),
  generated_at: z.string(),
  generator_version: z.string(),
  tools: z.array(
    z.strictObject({
      name: z.string(),
      typescript_name: z.string(),
      description: z.string().optional(),
      digest: z.string().optional(),
    }),
  ),
})

const vfs: z.ZodType<{ readonly files: readonly VfsFile[] }> = z.strictObject({
  format_version: z.literal(1),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        text: z.string(),
        executable: z.boolean().optional(),
      }),
    )
    .max(maxVfsFiles),
})

export function printMetadata(value: PluginMetadata): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

export function parseMetadata(text: string): PluginMetadata {
  return parsed('metadata.json', text, metadata)
}

export function printVfs(files: readonly VfsFile[]): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return `${JSON.stringify({ format_version: 1, files: sorted })}\n`
}

/** Every path is relative and stays inside; none comes twice. */
export function parseVfs(text: string): readonly VfsFile[] {
  const { files } = parsed('vfs.json', text, vfs)
  const seen = new Set<string>()
  for (const { path } of files) {
    checkTreePath(path)
    if (seen.has(path)) throw invalid('vfs.json', `it holds "${path}" twice`)
    seen.add(path)
  }
  return files
}

function parsed<Value>(file: PluginFile, text: string, schema: z.ZodType<Value>): Value {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalid(file, 'it is not JSON')
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalid(file, `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'is invalid'}`)
}

function invalid(file: PluginFile, how: string): ExecutionError {
  return new ExecutionError(
    'VALIDATION',
    `Cannot read the plugin file "${file}": ${how}; save the plugin again`,
  )
}
