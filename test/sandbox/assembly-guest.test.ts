/** The ABI worked out in another language: examples/assembly, compiled by its own compiler. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openWasmEngine, profiles, type RunOptions, type WasmEngine } from './sandbox-door.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let engine: WasmEngine
let bytes: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  engine = openWasmEngine({ workers: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'assembly-guest-'))
  const outFile = join(folder, 'guest.wasm')
  const source = 'examples/assembly/guest.ts'
  const options = ['--config', 'examples/assembly/asconfig.json', '--outFile', outFile]
  const compiler = 'node_modules/assemblyscript/bin/asc.js'
  await promisify(execFile)(process.execPath, [compiler, source, ...options], { cwd: root })
  bytes = new Uint8Array(await readFile(outFile))
  await rm(folder, { recursive: true })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

interface Call {
  readonly operation: string
  readonly payload: unknown
}

/** Answers `list_issues` with these titles; a label on issue 3 fails. */
function tracker(titles: readonly string[], calls: Call[]): RunOptions['host'] {
  return async (operation, text) => {
    const payload = JSON.parse(text)
    calls.push({ operation, payload })
    if (payload.tool === 'list_issues') {
      return JSON.stringify({ issues: titles.map((title, at) => ({ number: at + 1, title })) })
    }
    if (payload.params?.number === 3) {
      throw Object.assign(new Error('locked'), { name: 'ToolError', data: { number: 3 } })
    }
    return operation === 'callTool' ? JSON.stringify(payload.params) : ''
  }
}

const label = (number: number): Call => ({
  operation: 'callTool',
  payload: { server: 'tracker', tool: 'add_label', params: { number, label: 'crash' } },
})
const list: Call = {
  operation: 'callTool',
  payload: { server: 'tracker', tool: 'list_issues', params: {} },
}
const remember = (value: number): Call => ({
  operation: 'setState',
  payload: { key: 'labelled', value },
})

test('a guest calls tools, survives one that fails, logs, keeps state and gives a number', async () => {
  const calls: Call[] = []
  const host = tracker(['Crash “A” ✓', 'Dark mode', 'Crash B', 'Late Crash'], calls)
  const outcome = await engine.run(bytes, { entry: 'run', limits: profiles.strict, host })
  expect(outcome).toMatchObject({ status: 'completed', value: 2, usage: { hostCalls: 8 } })
  expect(calls).toEqual([list, label(1), label(3), label(4), remember(2)])
  expect(outcome.logs.map(({ level, message }) => [level, message])).toEqual([
    ['info', '{"number":1,"label":"crash"}'],
    ['warn', '{"name":"ToolError","message":"locked","data":{"number":3}}'],
    ['info', '{"number":4,"label":"crash"}'],
  ])
})

// The guest offers 1024 bytes: this list is exactly as long, and one byte longer.
test.each([
  { bytes: 1024, why: 'fits its buffer' },
  { bytes: 1025, why: 'does not, and is fetched without a second call' },
])('an answer of $bytes bytes $why', async ({ bytes: size }) => {
  const calls: Call[] = []
  const around = JSON.stringify({ issues: [{ number: 1, title: '' }] }).length
  const title = `Crash${'.'.repeat(size - around - 'Crash'.length)}`
  const host = tracker([title], calls)
  const outcome = await engine.run(bytes, { entry: 'run', limits: profiles.strict, host })
  expect(outcome).toMatchObject({ status: 'completed', value: 1 })
  expect(calls).toEqual([list, label(1), remember(1)])
})

const noServer: RunOptions['host'] = () => Promise.reject(new Error('no such server'))

test('a list that cannot be had is a value of its own, and the reason is logged', async () => {
  const outcome = await engine.run(bytes, { entry: 'run', limits: profiles.strict, host: noServer })
  expect(outcome).toMatchObject({ status: 'completed', value: -1 })
  expect(outcome.logs.map(({ level, message }) => [level, message])).toEqual([
    ['error', '{"name":"Error","message":"no such server"}'],
  ])
})

test('its endless loop stops at the same count every time', async () => {
  const counts = new Set<number>()
  for (let time = 0; time < 3; time += 1) {
    const limits = { ...profiles.strict, fuel: 1e6 }
    const host = tracker([], [])
    const outcome = await engine.run(bytes, { entry: 'spin', limits, host })
    expect(outcome).toMatchObject({ status: 'stopped', limit: 'fuel' })
    counts.add(outcome.usage.fuel)
  }
  expect(counts.size).toBe(1)
})
