/** Our own server as other clients have it: never one of the servers we work on. */
import type { Definition } from './definition.ts'
import { leadingText } from './template.ts'

export const ownName = 'mcp-execution'

/** True where the entry starts this very program: `mcp-execution`, `npx mcp-execution`, or our built file under node. */
export function isOwnServer({ transport }: Definition): boolean {
  if (transport.type !== 'stdio') return false
  const words = [transport.command, ...transport.args].map(leadingText)
  return words.some(isOurs) && words.every(word => isOurs(word) || isRunner(word))
}

function isOurs(word: string): boolean {
  return /(?:^|[\\/])mcp-execution(?:@[\w.-]+|\.js|\.cmd|\.exe)?$/.test(word)
}

const runnerWords = new Set(['-y', '--yes', '/c', 'serve', 'exec', 'dlx', 'x', '--'])

function isRunner(word: string): boolean {
  return (
    runnerWords.has(word) ||
    /(?:^|[\\/])(?:node|npx|bunx|pnpm|bun|cmd|npm)(?:\.exe|\.cmd)?$/i.test(word)
  )
}
