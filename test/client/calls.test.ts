/** Every kind of answer arrives whole; a call that cannot be answered ends in the error that says why. */
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { connect, type Connection } from '../../src/client/index.ts'
import { codeOf, failureOf, open, stdioSpec, textOf } from './open.ts'

describe('a result', () => {
  let calls: Connection
  beforeAll(async () => {
    calls = await open('calls')
  })
  afterAll(async () => {
    await calls[Symbol.asyncDispose]()
  })

  test('keeps parts of every kind, known or not', async () => {
    const { content, meta } = await calls.callTool('every_kind', {})
    expect(content.map(({ type }) => type)).toEqual([
      'text',
      'text',
      'image',
      'audio',
      'resource',
      'resource',
      'resource_link',
      'x-future-kind',
    ])
    expect(content[1]).toEqual({
      type: 'text',
      text: '{"json":true}',
      annotations: { audience: ['user'], priority: 0.5 },
    })
    expect(content[5]).toEqual({
      type: 'resource',
      resource: { uri: 'file:///b.bin', mimeType: 'a/b', blob: 'AAEC' },
    })
    expect(content[7]).toEqual({ type: 'x-future-kind', payload: { any: ['thing'] } })
    expect(meta).toEqual({ trace: 'abc' })
  })

  test.each([
    [
      'structured',
      { content: [{ type: 'text', text: 'mirror' }], structuredContent: { value: 1 } },
    ],
    ['structured_only', { content: [], structuredContent: [1, 'two', null] }],
    ['empty', { content: [] }],
    ['no_content', { content: [] }],
    ['old_result', { content: [], structuredContent: { old: true } }],
    [
      'fails',
      {
        isError: true,
        content: [{ type: 'text', text: 'the disk is full' }],
        structuredContent: { code: 'ENOSPC', free: 0 },
      },
    ],
  ])('of %s', async (tool, expected) => {
    expect(await calls.callTool(tool, { value: 1 })).toEqual(expected)
  })

  test('of 10 MiB arrives', async () => {
    expect(textOf(await calls.callTool('big', {}))).toHaveLength(10 * 1024 * 1024)
  })

  test('belongs to its call, in whatever order answers come', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index)
    const waiting = numbers.map(n => calls.callTool('held', { n }))
    // Answered in order of arrival: by now every call above is held.
    await calls.callTool('release', {})
    const answers = await Promise.all(waiting)
    expect(answers.map(textOf)).toEqual(numbers.map(n => JSON.stringify({ n })))
  })

  test('comes after the progress it reported', async () => {
    const seen: unknown[] = []
    const onProgress = (progress: unknown): void => void seen.push(progress)
    await calls.callTool('progress', { steps: 2 }, { onProgress })
    expect(seen).toEqual([
      { progress: 1, total: 2, message: 'step 1' },
      { progress: 2, total: 2, message: 'step 2' },
    ])
  })

  test('of one connection is of one process', async () => {
    expect(textOf(await calls.callTool('count', {}))).toBe('1')
    expect(textOf(await calls.callTool('count', {}))).toBe('2')
  })

  test('may be an error of the protocol, with its code and data', async () => {
    const failure = await failureOf(calls.callTool('rejects', {}))
    expect(failure.code).toBe('SERVER_PROTOCOL')
    expect(failure.details).toMatchObject({ rpcCode: -32_602, rpcData: { argument: 'x' } })
    expect(failure.message).toBe(
      'Cannot call tool "rejects": the server answered -32602: unknown argument',
    )
  })
})

describe('a call', () => {
  test('that is never answered ends at its timeout, and the connection lives on', async () => {
    await using connection = await open('calls')
    const failure = await failureOf(connection.callTool('never', {}, { timeoutMs: 100 }))
    expect(failure.code).toBe('CALL_TIMEOUT')
    expect(failure.details).toMatchObject({ timeoutMs: 100 })
    expect(textOf(await connection.callTool('echo', { a: 1 }))).toBe('{"a":1}')
  })

  test('takes its timeout from the server entry when it names none', async () => {
    const impatient = stdioSpec('calls', { callTimeoutSecs: 0.1 })
    await using connection = await connect(impatient, { env: {} })
    expect(await codeOf(connection.callTool('never', {}))).toBe('CALL_TIMEOUT')
  })

  test('with its own timeout is ended by it although progress keeps coming', async () => {
    await using connection = await open('calls')
    const options = { timeoutMs: 150, onProgress: () => undefined }
    const slow = connection.callTool('progress', { steps: 100, ms: 20 }, options)
    expect(await codeOf(slow)).toBe('CALL_TIMEOUT')
  })

  test('without one is kept alive by progress', async () => {
    await using connection = await open('calls', { limits: { callMs: 1500 } })
    const options = { onProgress: () => undefined }
    // Longer than the limit in all; from one step to the next a busy machine has time to spare.
    const done = await connection.callTool('progress', { steps: 20, ms: 100 }, options)
    expect(textOf(done)).toBe('done')
  })

  test('can be cancelled, and the server is told', async () => {
    const file = join(tmpdir(), `cancelled-${process.pid}`)
    const target = stdioSpec('calls')
    const telling = { ...target, target: { ...target.target, env: { CANCELLED_FILE: file } } }
    await using connection = await connect(telling, { env: {} })
    const cancellation = new AbortController()
    const calling = connection.callTool('never', {}, { signal: cancellation.signal })
    await connection.callTool('echo', {})
    cancellation.abort()
    expect(await codeOf(calling)).toBe('INTERRUPTED')
    // Answers come in order: once this one is here, the cancellation was read before it.
    await connection.callTool('echo', {})
    expect((await readFile(file, 'utf8')).trim()).toMatch(/^\d+$/)
    await rm(file)
  })

  test('during which the server dies fails with its last words, and so does the connection', async () => {
    await using connection = await open('calls')
    const failure = await failureOf(connection.callTool('dies', {}))
    expect(failure.code).toBe('SERVER_CLOSED')
    expect(failure.message).toBe(
      'Cannot call tool "dies": it exited with code 137; its last words on stderr: panic: out of cheese',
    )
    expect(await connection.closed).toEqual({
      reason: 'it exited with code 137',
      stderr: 'panic: out of cheese\n',
    })
    expect(await codeOf(connection.callTool('echo', {}))).toBe('SERVER_CLOSED')
  })
})

test('1000 mixed calls at once: none lost, none swapped', async () => {
  await using connection = await open('calls')
  const outcomes = Array.from({ length: 1000 }, async (_, n) => {
    if (n % 10 === 0) return await codeOf(connection.callTool('never', { n }, { timeoutMs: 300 }))
    if (n % 7 === 0) return (await connection.callTool('fails', { n })).isError
    if (n % 5 === 0) return textOf(await connection.callTool('slow', { n, ms: n % 40 }))
    return textOf(await connection.callTool('echo', { n }))
  })
  const expected = Array.from({ length: 1000 }, (_, n) => {
    if (n % 10 === 0) return 'CALL_TIMEOUT'
    if (n % 7 === 0) return true
    return n % 5 === 0 ? JSON.stringify({ n, ms: n % 40 }) : JSON.stringify({ n })
  })
  expect(await Promise.all(outcomes)).toEqual(expected)
})
