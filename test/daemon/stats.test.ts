import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { ended, root } from '../cli/cli.ts'
import { entry, newUser, toCall, type User } from './home.ts'

let user: User
beforeEach(async () => {
  user = await newUser()
  await user.configure({ calls: entry('calls') })
})
afterEach(() => user[Symbol.asyncDispose]())

async function bridgeStats(): Promise<{
  calls: number
  ok: number
  outcomes: object
  cached: number
}> {
  return JSON.parse((await user.run(['stats', 'bridge', '--json'])).out)
}

test('twenty processes of a hundred calls each are exactly two thousand', async () => {
  const program = join(root, 'test/daemon/hundred-calls.ts')
  const runs = Array.from({ length: 20 }, () => {
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: root,
      env: { ...user.env, MCP_EXECUTION_NO_DAEMON: '1' },
      stdio: 'pipe',
    })
    return ended(child)
  })
  const ran = await Promise.all(runs)
  expect(ran.map(({ code }) => code)).toEqual(Array(20).fill(0))
  expect(await bridgeStats()).toMatchObject({ calls: 2000, ok: 2000, cached: 0 })
}, 240_000)

test('the daemon counts at once, and cache figures are true', async () => {
  await using caller = user.caller()
  for (const value of [1, 1, 2]) await caller.call(toCall('calls', 'echo', { value }))
  await caller.call(toCall('calls', 'fails'))
  expect(await bridgeStats()).toMatchObject({
    calls: 4,
    ok: 3,
    cached: 1,
    outcomes: { ok: 3, tool_error: 1 },
  })
  const info = JSON.parse((await user.run(['cache', 'info', '--json'])).out)
  expect(info.results).toEqual({ entries: 2, hits: 1, misses: 2 })
  await user.run(['cache', 'clear'])
  const cleared = JSON.parse((await user.run(['cache', 'info', '--json'])).out)
  expect(cleared.results).toMatchObject({ entries: 0 })
  expect(cleared.folders).toEqual([])
})
