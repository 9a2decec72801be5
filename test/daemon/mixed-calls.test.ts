import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ToolResult } from '../../src/client/index.ts'
import { ExecutionError } from '../../src/errors.ts'
import { entry, newUser, toCall, type User } from './home.ts'

let user: User
beforeEach(async () => {
  user = await newUser()
  await user.configure({
    calls: {
      ...entry('calls'),
      maxConcurrentCalls: 200,
      env: { CANCELLED_FILE: '${CANCELLED_FILE}' },
    },
    strict: entry('lifecycle', 'strict-initialized'),
    colliding: entry('wire', 'colliding-requests'),
    wrong: entry('wire', 'wrong-ids'),
    dying: entry('calls', 'dying'),
  })
})
afterEach(() => user[Symbol.asyncDispose]())

const text = ({ content }: ToolResult): string | undefined =>
  content[0]?.type === 'text' ? content[0].text : undefined
/** Some servers say what else they saw beside the arguments. */
function argsOf(answer: string | undefined): string {
  const value = JSON.parse(answer ?? 'null')
  return JSON.stringify(value?.args ?? value).slice(0, 100)
}

const echoes = (server: string, tool: string) => (value: number) => ({
  call: toCall(server, tool, { value }),
  answer: JSON.stringify({ value }),
})

test('a thousand mixed calls at once: none lost, none swapped', async () => {
  await using caller = user.caller({ CANCELLED_FILE: join(user.cli.home, 'cancelled') })
  const kinds = [
    echoes('calls', 'echo'),
    echoes('calls', 'slow'),
    echoes('calls', 'held'),
    echoes('colliding', 'echo'),
    echoes('wrong', 'echo'),
  ]
  const asked = Array.from({ length: 950 }, (_, value) => kinds[value % kinds.length]?.(value))
  const working = asked.map(async each => {
    if (each === undefined) return 'nothing asked'
    const answer = argsOf(text(await caller.call(each.call)))
    return answer === each.answer ? 'right' : `wrong: ${answer} for ${each.answer}`
  })
  const dying = Array.from({ length: 20 }, () => caller.call(toCall('dying', 'dies')).catch(codeOf))
  const never = Array.from({ length: 20 }, () =>
    caller.call(toCall('calls', 'never'), { timeoutMs: 5000 }).catch(codeOf),
  )
  const big = Array.from(
    { length: 3 },
    async () => text(await caller.call(toCall('calls', 'big')))?.length,
  )
  const strict = Array.from(
    { length: 7 },
    async () => text(await caller.call(toCall('strict', 'pids'))) !== undefined,
  )
  // `held` calls answer when released: go on until every one has.
  const over = new AbortController()
  const all = Promise.all(working).finally(() => over.abort())
  while (!over.signal.aborted) await caller.call(toCall('calls', 'release'))
  expect(new Set(await all)).toEqual(new Set(['right']))
  expect(new Set(await Promise.all(dying))).toEqual(new Set(['SERVER_CLOSED']))
  expect(new Set(await Promise.all(never))).toEqual(new Set(['CALL_TIMEOUT']))
  expect(await Promise.all(big)).toEqual([10_485_760, 10_485_760, 10_485_760])
  expect(await Promise.all(strict)).toEqual(Array(7).fill(true))
}, 180_000)

test('a cancelled call is cancelled at the server; progress comes through', async () => {
  const file = join(user.cli.home, 'cancelled')
  await using caller = user.caller({ CANCELLED_FILE: file })
  const abort = new AbortController()
  const seen: unknown[] = []
  await caller.call(toCall('calls', 'progress', { steps: 2 }), {
    onProgress: progress => void seen.push(progress),
  })
  expect(seen).toEqual([
    { progress: 1, total: 2, message: 'step 1' },
    { progress: 2, total: 2, message: 'step 2' },
  ])
  const held = caller.call(toCall('calls', 'held'), { signal: abort.signal })
  await caller.call(toCall('calls', 'count'))
  abort.abort()
  await expect(held).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await caller.call(toCall('calls', 'count'))
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1)
})

function codeOf(error: unknown): unknown {
  return error instanceof ExecutionError ? error.code : error
}
