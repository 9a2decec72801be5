/** The corpus of real servers' lists, where it is present; and lists as catalogs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Catalog, Tool } from '../../src/catalog/index.ts'
import { canonicalJson, sha256 } from '../../src/digest.ts'
import { serverId, toolName, toServerId } from '../../src/ids.ts'

const shared =
  process.env['MCP_EXECUTION_SHARED_DIR'] ??
  fileURLToPath(new URL('../../../shared', import.meta.url))
const folder = `${shared}/corpus`

export const hasCorpus: boolean = existsSync(folder)

/** A server's list as the corpus keeps it. */
export interface Listed {
  readonly name: string
  readonly serverInfo?: { readonly name?: string; readonly version?: string } | null
  readonly protocolVersion?: string | null
  readonly instructions?: string | null
  readonly tools: readonly Record<string, unknown>[]
}

export function readCorpus(): readonly Listed[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.json'))
  return files
    .toSorted()
    .map(file => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Listed)
}

/** The list as a catalog: sorted, the first of two namesakes kept. */
export function toCatalog({
  name,
  serverInfo,
  protocolVersion,
  instructions,
  tools,
}: Listed): Catalog {
  const byName = new Map<string, Tool>()
  for (const wire of tools) {
    const wireName = toolName(String(wire['name']))
    if (byName.has(wireName)) continue
    byName.set(wireName, { ...wire, name: wireName, digest: sha256(canonicalJson(wire)) } as Tool)
  }
  const sorted = [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    server: {
      id: toServerId(name) ?? serverId('server'),
      name: serverInfo?.name ?? name,
      version: serverInfo?.version ?? '0.0.0',
      protocolVersion: protocolVersion ?? '2025-06-18',
      capabilities: {},
      ...(typeof instructions === 'string' && { instructions }),
    },
    tools: sorted,
    skipped: [],
    digest: sha256(sorted.map(tool => tool.digest).join('\n')),
  }
}
