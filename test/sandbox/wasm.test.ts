import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createHost } from './host.ts'
import {
  openWasmEngine,
  type Outcome,
  parseWasmArgument,
  profiles,
  type RunOptions,
  type WasmEngine,
} from './sandbox-door.ts'
import { wat } from './wat.ts'

let engine: WasmEngine
beforeAll(() => {
  engine = openWasmEngine({ workers: 1 })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

interface Options {
  readonly entry?: string
  readonly args?: readonly string[]
  readonly host?: RunOptions['host']
  readonly limits?: Partial<RunOptions['limits']>
  readonly commandLine?: readonly string[]
}

const run = (text: string, { args = [], limits = {}, ...rest }: Options = {}): Promise<Outcome> =>
  engine.run(wat(text), {
    host: createHost(),
    ...rest,
    limits: { ...profiles.strict, ...limits },
    args: args.map(parseWasmArgument),
  })

const memory = '(memory (export "memory") 1)'
const texts = (...parts: readonly string[]): string =>
  parts
    .map((part, at) => `(data (i32.const ${at * 100}) "${part.replaceAll('"', '\\22')}")`)
    .join(' ')

const wasi = (name: string, type: string): string =>
  `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`

describe('numbers', () => {
  test.each([
    { type: 'i32', arg: 'i32:-2147483648', value: -2_147_483_648 },
    { type: 'i32', arg: 'i32:4294967295', value: -1 },
    { type: 'i32', arg: 'i32:0x10', value: 16 },
    { type: 'i64', arg: 'i64:9007199254740991', value: 9_007_199_254_740_991 },
    { type: 'i64', arg: 'i64:-9223372036854775808', value: '-9223372036854775808' },
    { type: 'f32', arg: 'f32:0.5', value: 0.5 },
    { type: 'f64', arg: 'f64:-1e300', value: -1e300 },
    { type: 'f64', arg: 'f64:NaN', value: 'NaN' },
    { type: 'f64', arg: 'f64:-Infinity', value: '-Infinity' },
  ])('$arg goes in and comes out as $value', async ({ type, arg, value }) => {
    const text = `(module (func (export "run") (param ${type}) (result ${type}) (local.get 0)))`
    expect(await run(text, { args: [arg] })).toMatchObject({ status: 'completed', value })
  })

  test.each([
    'i32:4294967296',
    'i32:1.5',
    'i64:',
    'i128:1',
    'f64:x',
    '5',
    'i64:18446744073709551616',
  ])('%s is no argument', text => {
    expect(() => parseWasmArgument(text)).toThrow('Cannot read the argument')
  })

  test('a function as a result is null', async () => {
    const text = '(module (func $f (export "run") (result funcref) (ref.func $f)))'
    expect(await run(text)).toMatchObject({ status: 'completed', value: null })
  })

  test('several results are a list', async () => {
    const text = '(module (func (export "run") (result i32 i64) (i32.const 1) (i64.const 2)))'
    expect(await run(text)).toMatchObject({ value: [1, 2] })
  })
})

describe('entries', () => {
  const two =
    '(module (func (export "a") (result i32) (i32.const 1)) (func (export "b") (param i32)))'

  test('are listed without running anything', async () => {
    const text = `(module (func $s unreachable) (start $s) ${memory} (func (export "f") (param i32 f64) (result i64) (i64.const 1)))`
    expect(await engine.listExports(wat(text))).toEqual([
      { name: 'f', parameters: ['i32', 'f64'], results: ['i64'] },
    ])
  })

  test('are chosen by name, by convention, or because there is one', async () => {
    expect(await run(two, { entry: 'a' })).toMatchObject({ value: 1 })
    await expect(run(two)).rejects.toThrow('it exports "a", "b"; name one with --entry')
    await expect(run(two, { entry: 'c' })).rejects.toThrow('Cannot call "c"')
    await expect(run(two, { entry: 'b' })).rejects.toThrow('it takes (i32), given ()')
  })

  test("run after the module's own start function", async () => {
    const text =
      '(module (global $g (mut i32) (i32.const 1)) (func $s (global.set $g (i32.const 5))) (start $s) (func (export "run") (result i32) (global.get $g)))'
    expect(await run(text)).toMatchObject({ value: 5 })
  })
})

test('fuel is met exactly, not exceeded, and host calls are paid before they are made', async () => {
  const text = `(module (import "env" "log" (func $log (param i32 i32 i32) (result i32))) ${memory}
    (func (export "run") (result i32) (call $log (i32.const 0) (i32.const 0) (i32.const 0))))`
  const { usage } = await run(text)
  const exact = await run(text, { limits: { fuel: usage.fuel } })
  expect([exact.status, exact.logs.length]).toEqual(['completed', 1])
  const over = await run(text, { limits: { fuel: usage.fuel - 1 } })
  expect(over).toMatchObject({ status: 'stopped', limit: 'fuel', logs: [] })
})

describe('host functions', () => {
  const call = `(import "env" "call_tool" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "env" "take_answer" (func $take (param i32 i32) (result i32)))
    (import "env" "failed" (func $failed (result i32)))
    (import "env" "log" (func $log (param i32 i32 i32) (result i32)))`

  test('an answer too large for its buffer is kept, and not asked for twice', async () => {
    const text = `(module ${call} ${memory} ${texts('s', 'echo', '{"a":42}')}
      (func (export "run") (result i32 i32 i32)
        (call $call (i32.const 0) (i32.const 1) (i32.const 100) (i32.const 4) (i32.const 200) (i32.const 8) (i32.const 900) (i32.const 3))
        (call $take (i32.const 900) (i32.const 100))
        (drop (call $log (i32.const 3) (i32.const 900) (i32.const 8)))
        (call $failed)))`
    const outcome = await run(text)
    expect(outcome).toMatchObject({ value: [-8, 8, 0] })
    expect(outcome.logs.map(({ level, message }) => [level, message])).toEqual([
      ['warn', '{"a":42}'],
    ])
    expect(outcome.hostCalls.length).toBe(1)
  })

  test('a failure is an answer that says so', async () => {
    const text = `(module ${call} ${memory} ${texts('s', 'fail')}
      (func (export "run") (result i32) (local $n i32)
        (local.set $n (call $call (i32.const 0) (i32.const 1) (i32.const 100) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 900) (i32.const 1000)))
        (drop (call $log (i32.const 2) (i32.const 900) (local.get $n)))
        (call $failed)))`
    const outcome = await run(text)
    expect(outcome).toMatchObject({ value: 1 })
    expect(JSON.parse(outcome.logs[0]?.message ?? '')).toEqual({
      name: 'ToolError',
      message: 'ENOENT: cannot open <path> (<path>)',
      data: { code: 7 },
    })
  })

  test('calls beyond the limit fail, and are counted', async () => {
    const text = `(module ${call} ${memory} ${texts('s', 'echo')}
      (func $one (result i32)
        (drop (call $call (i32.const 0) (i32.const 1) (i32.const 100) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 900) (i32.const 1000)))
        (call $failed))
      (func (export "run") (result i32 i32 i32) (call $one) (call $one) (call $one)))`
    const outcome = await run(text, { limits: { hostCalls: 2 } })
    expect(outcome).toMatchObject({ value: [0, 0, 1], usage: { hostCalls: 3 } })
  })
})

describe('WASI', () => {
  test('a command prints, exits with its own code, and reads its arguments', async () => {
    const text = `(module ${wasi('fd_write', '(param i32 i32 i32 i32) (result i32)')}
      ${wasi('proc_exit', '(param i32)')} ${wasi('args_sizes_get', '(param i32 i32) (result i32)')}
      ${memory} (data (i32.const 0) "\\64\\00\\00\\00\\0b\\00\\00\\00") (data (i32.const 100) "hello\\0aworld")
      (func (export "_start")
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
        (drop (call $args_sizes_get (i32.const 40) (i32.const 44)))
        (call $proc_exit (i32.load (i32.const 40)))))`
    const outcome = await run(text, { commandLine: ['me', 'a', 'b'] })
    expect(outcome).toMatchObject({ status: 'completed', exitCode: 3 })
    expect(outcome.logs.map(({ message }) => message)).toEqual(['hello', 'world'])
  })

  test.each([
    { first: '(func $s (call $proc_exit (i32.const 3))) (start $s)', why: 'its start function' },
    { first: '(func (export "_initialize") (call $proc_exit (i32.const 3)))', why: '_initialize' },
  ])('a command may exit in $why', async ({ first }) => {
    const text = `(module ${wasi('proc_exit', '(param i32)')} ${first} (func (export "_start")))`
    expect(await run(text)).toMatchObject({ status: 'completed', exitCode: 3 })
  })

  test('a function of the name _initialize that takes something is none of a reactor', async () => {
    const text =
      '(module (func (export "_initialize") (param i64)) (func (export "run") (result i32) (i32.const 1)))'
    expect(await run(text)).toMatchObject({ status: 'completed', value: 1 })
  })

  test("files are the virtual tree's", async () => {
    const text = `(module ${wasi('path_open', '(param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)')}
      ${wasi('fd_write', '(param i32 i32 i32 i32) (result i32)')} ${wasi('fd_close', '(param i32) (result i32)')}
      ${memory} (data (i32.const 0) "\\64\\00\\00\\00\\02\\00\\00\\00") (data (i32.const 100) "hi") (data (i32.const 200) "../a.txt")
      (func (export "run") (result i32 i32 i32)
        (call $path_open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 8) (i32.const 9) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 40))
        (call $fd_write (i32.load (i32.const 40)) (i32.const 0) (i32.const 1) (i32.const 20))
        (call $fd_close (i32.load (i32.const 40)))))`
    const asked: unknown[] = []
    const host: RunOptions['host'] = (operation, payload) => {
      asked.push([operation, JSON.parse(payload)])
      return operation === 'readFile' ? Promise.reject(new Error('missing')) : Promise.resolve('')
    }
    expect(await run(text, { host })).toMatchObject({ value: [0, 0, 0] })
    expect(asked).toEqual([
      ['readFile', { path: '/a.txt' }],
      ['writeFile', { path: '/a.txt', data: 'aGk=', encoding: 'base64' }],
    ])
  })
})

describe('the module cache', () => {
  test('compiles a module once, and meters every run anew', async () => {
    const text = '(module (func (export "run") (result i32) (i32.const 77)))'
    const before = engine.snapshot().cache
    const first = await run(text)
    const second = await run(text)
    expect([first.usage.cacheHit, second.usage.cacheHit]).toEqual([false, true])
    expect(second.usage.fuel).toBe(first.usage.fuel)
    const after = engine.snapshot().cache
    expect([after.hits - before.hits, after.misses - before.misses]).toEqual([1, 1])
    expect(after.keys[0]).toMatch(/^wasm_[0-9a-f]{64}$/)
  })

  test('memory of one run is not seen by the next', async () => {
    const text = `(module ${memory} (func (export "run") (result i32) (i32.load (i32.const 0)) (i32.store (i32.const 0) (i32.const 7))))`
    expect(await run(text)).toMatchObject({ value: 0 })
    expect(await run(text)).toMatchObject({ value: 0 })
  })
})

test('memory is met exactly, and not exceeded', async () => {
  const text = '(module (memory 1) (func (export "run") (result i32) (memory.grow (i32.const 1))))'
  const limits = { memoryBytes: 2 * 65_536 }
  expect(await run(text, { limits })).toMatchObject({
    value: 1,
    usage: { memoryPeakBytes: 131_072 },
  })
  const more = text.replace('const 1)', 'const 2)')
  expect(await run(more, { limits })).toMatchObject({
    value: -1,
    usage: { memoryPeakBytes: 65_536 },
  })
})
