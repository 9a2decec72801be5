/** One client of the soak: calls without pause, checks every answer, says "right", "wrong …" or an error's code a line. */
import { homedir, tmpdir } from 'node:os'

import { findPlaces } from '../src/config/index.ts'
import { openToolCaller } from '../src/daemon/index.ts'
import { ExecutionError } from '../src/errors.ts'
import { serverId, toolName } from '../src/ids.ts'

const env = { ...process.env, MCP_EXECUTION_DAEMON: process.env['SOAK_DAEMON'] }
const { platform } = process
const places = findPlaces({ env, home: homedir(), platform, tmpdir: tmpdir() })
const caller = openToolCaller({ env, cwd: homedir(), places, platform, now: Date.now })
const kinds = [
  ['calls', 'echo'],
  ['calls', 'slow'],
  ['calls', 'structured'],
  ['echo', 'echo'],
  ['wire', 'echo'],
] as const

await Promise.all([loop(), loop(), loop()])

async function loop(): Promise<never> {
  for (;;) {
    const value = `${process.pid}-${Math.random()}`
    const [server, tool] = kinds[Math.floor(Math.random() * kinds.length)] ?? kinds[0]
    const said = await ask(server, tool, value)
    process.stdout.write(`${said}\n`)
  }
}

async function ask(server: string, tool: string, value: string): Promise<string> {
  try {
    const call = { server: serverId(server), tool: toolName(tool), args: { value, ms: 5 } }
    const result = await caller.call(call, { timeoutMs: 20_000 })
    const answer = JSON.stringify(result)
    return answer.includes(value)
      ? 'right'
      : `wrong: asked ${server}.${tool} ${value}, got ${answer}`
  } catch (error) {
    return error instanceof ExecutionError ? error.code : `wrong: ${String(error)}`
  }
}
