/** `npm run tokens:surface`: what our server costs a model before its first call, in o200k tokens. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base'

import type { Backend } from '../src/server/backend.ts'
import { ourSurface } from '../src/server/our-surface.ts'

/** `tools/list` as it goes over the wire, and the instructions. */
export function surfaceTokens(): {
  readonly tools: Map<string, number>
  readonly instructions: number
  readonly total: number
} {
  // Describing the surface asks nothing of what stands behind it.
  const { tools, instructions } = ourSurface({} as Backend)
  const listed = [...tools.values()].map(tool => ({ ...tool, call: undefined }))
  const counted = listed.map(tool => [tool.name, encode(JSON.stringify(tool)).length] as const)
  const words = encode(instructions).length
  const total = encode(JSON.stringify({ tools: listed })).length + words
  return { tools: new Map(counted), instructions: words, total }
}

if (process.argv[1] === import.meta.filename) {
  const { tools, instructions, total } = surfaceTokens()
  const lines = [...tools, ['instructions', instructions] as const, ['total', total] as const]
  for (const [name, tokens] of lines) {
    console.log(`${name.padEnd(26)} ${String(tokens).padStart(5)}`)
  }
}
