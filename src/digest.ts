/** Canonical JSON and the hashes made from it. */
import { hash } from 'node:crypto'

import type { IHasher } from 'hash-wasm'

/** JSON with object keys sorted by code unit, so that key order never matters; `undefined` members are dropped as JSON does. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      isPlainObject(member) ? sorted(member) : member,
    ) ?? 'null'
  )
}

/** Hex SHA-256: for digests that only we compare (approvals, tools, config). */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

/** Hex BLAKE3: where a format of ours says BLAKE3 (contract §2, §9, §10). The implementation loads when first used. */
export async function blake3(data: string | Uint8Array): Promise<string> {
  hasher ??= import('hash-wasm').then(({ createBLAKE3 }) => createBLAKE3())
  // Begun and ended in one go: nobody else's bytes can come between.
  return (await hasher).init().update(data).digest('hex')
}

// One instance for the process: making one costs more than hashing a page (docs/decisions, BLAKE3).
let hasher: Promise<IHasher> | undefined

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// fromEntries defines own members, so a key named __proto__ stays a key.
function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
