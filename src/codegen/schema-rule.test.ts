import { expect, test } from 'vitest'

import type { Tool } from '../catalog/index.ts'
import { toolName } from '../ids.ts'
import { nameTools, toolModule } from './index.ts'
import { compileSchema } from './schema-type.ts'

test('a tool file says the rules of the whole and of a property, where neither can end a comment', () => {
  const tool = {
    name: toolName('send'),
    digest: '',
    inputSchema: {
      type: 'object',
      properties: {
        to: { type: 'string', description: 'Who', not: { const: 'a\u2028b' } },
        cc: { type: 'string' },
      },
      not: { required: ['to', '*/'] },
    },
  } satisfies Tool
  const [named] = nameTools({ tools: [tool] })
  expect(named && toolModule(named)).toBe(`#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/** not {"required":["to","*\\/"]} */
export const send = tool<{
 to?: string // Who; not {"const":"a b"}
 cc?: string
}>(import.meta)
`)
})

test.each([
  { length: 100, why: 'fits', shown: true },
  { length: 101, why: 'is one too long', shown: false },
])('a rule of $length characters $why', ({ length, shown }) => {
  const not = { const: 'x'.repeat(length - '{"const":""}'.length) }
  const { note } = compileSchema({ type: 'string', not }, { docs: true })
  expect(note).toBe(
    shown ? `not {"const":"${not.const}"}` : 'more rules apply: not too long to show',
  )
})
