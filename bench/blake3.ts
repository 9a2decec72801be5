/** `npm run bench:blake3`: BLAKE3 as `src/digest.ts` computes it, beside its rivals where they are installed, and SHA-256. */
import { createHash } from 'node:crypto'

import { blake3 } from '../src/digest.ts'

type Hash = (data: Uint8Array) => unknown

const rivals: Readonly<Record<string, () => Promise<Hash>>> = {
  'ours (hash-wasm, one instance)': () => Promise.resolve(blake3),
  'hash-wasm blake3()': async () => (await import('hash-wasm')).blake3,
  'blake3-jit': () => named('blake3-jit', 'hash'),
  '@noble/hashes': () => named('@noble/hashes/blake3.js', 'blake3'),
  '@napi-rs/blake-hash': () => named('@napi-rs/blake-hash', 'blake3'),
  'SHA-256 of Node': () => Promise.resolve(data => createHash('sha256').update(data).digest('hex')),
}
const sizes = [1024, 10_240, 102_400, 1_048_576] as const

console.log(
  ['µs, median'.padEnd(32), ...sizes.map(size => `${size / 1024} KiB`.padStart(10))].join(''),
)
for (const [name, open] of Object.entries(rivals)) {
  const hash = await open().catch(() => undefined)
  const times = hash === undefined ? [] : await timesOf(hash)
  const shown = times.map(us => us.toFixed(1).padStart(10)).join('')
  console.log(name.padEnd(32) + (shown === '' ? '   not installed' : shown))
}

async function timesOf(hash: Hash): Promise<readonly number[]> {
  const medians: number[] = []
  for (const size of sizes) {
    const data = Buffer.alloc(size, 7)
    const found: number[] = []
    for (let round = 0; round < (size > 200_000 ? 40 : 400); round += 1) {
      const start = performance.now()
      await hash(data)
      found.push((performance.now() - start) * 1000)
    }
    medians.push(found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN)
  }
  return medians
}

async function named(module: string, name: string): Promise<Hash> {
  const loaded = (await import(module)) as Record<string, Hash>
  const hash = loaded[name]
  if (hash === undefined) throw new TypeError(`${module} has no ${name}`)
  return hash
}
