import { expect, test } from 'vitest'

import { startsUs } from './setup-checks.ts'

test.each([
  [true, ['mcp-execution', 'serve']],
  [true, ['mcp-execution']],
  [true, ['/usr/local/bin/mcp-execution']],
  [true, ['npx', '-y', 'mcp-execution', 'serve']],
  [true, ['npx', '-y', 'mcp-execution@1.2.0']],
  [true, ['cmd', '/c', 'npx', '-y', 'mcp-execution', 'serve']],
  [true, ['/usr/bin/node', '/opt/lib/mcp-execution/dist/bin/mcp-execution.js', 'serve']],
  [true, [String.raw`C:\Users\ann\AppData\npm\mcp-execution.cmd`, 'serve']],
  [false, ['/opt/mcp-execution-node/bin/node', 'server.js']],
  [false, ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/home/ann/mcp-execution']],
  [false, ['node', '/home/ann/mcp-execution/server.js', 'serve']],
])('%s: %j', (expected, words) => {
  expect(startsUs(words)).toBe(expected)
})
