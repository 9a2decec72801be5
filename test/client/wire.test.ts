/** However a server speaks, a call gets its own answer, a bounded wait, or a typed error that names the cause. */
import { setImmediate } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import { connect } from '../../src/client/index.ts'
import { codeOf, failureOf, open, repository, spec, textOf } from './open.ts'

const mebibyte = 1024 * 1024

describe('connecting', () => {
  test('to a server that never answers ends at the deadline, and the server is gone', async () => {
    const failure = await failureOf(open('wire hang-initialize', { limits: { connectMs: 300 } }))
    expect(failure.code).toBe('CONNECT_TIMEOUT')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": no answer within 0.3 s; raise the timeout if the server needs longer',
    )
  })

  test('to a server that exits shows its last words', async () => {
    const failure = await failureOf(open('wire crash-initialize'))
    expect(failure.code).toBe('SERVER_CLOSED')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": it exited with code 1; its last words on stderr: Error: missing API_TOKEN | set it and try again',
    )
  })

  test('to a program that hangs up before it exits says how it exited, not that the pipe broke', async () => {
    const script = 'exec 0<&-; echo "ready" >&2; sleep 0.05; echo "boom: no licence" >&2; exit 3'
    const target = { type: 'stdio' as const, command: '/bin/sh', args: ['-c', script], env: {} }
    const failure = await failureOf(connect(spec(target), { env: { PATH: process.env['PATH'] } }))
    expect(failure.code).toBe('SERVER_CLOSED')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": it exited with code 3; its last words on stderr: ready | boom: no licence',
    )
  })

  test('to a server that refuses says what it said', async () => {
    const failure = await failureOf(open('wire refuse-initialize'))
    expect(failure.code).toBe('SERVER_PROTOCOL')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": the server answered -32000: not today',
    )
  })

  test('to a server of an unknown protocol names both sides', async () => {
    const failure = await failureOf(open('wire old-protocol'))
    expect(failure.code).toBe('SERVER_PROTOCOL')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": it speaks protocol 1999-01-01, and this client 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05, 2024-10-07',
    )
  })

  test('forgives a server that does not say its name', async () => {
    await using connection = await open('wire bare-initialize')
    expect(connection.handshake).toEqual({
      name: 'under test',
      version: '0.0.0',
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
    })
    expect(textOf(await connection.callTool('echo', { a: 1 }))).toBe('{"a":1}')
  })

  test('can be interrupted', async () => {
    const interruption = new AbortController()
    const connecting = open('wire hang-initialize', { signal: interruption.signal })
    interruption.abort()
    expect(await codeOf(connecting)).toBe('INTERRUPTED')
  })

  test.each([
    [
      '/no/such/command',
      undefined,
      'the command or its working directory does not exist; check the spelling, and that it is installed and on PATH',
    ],
    [
      process.execPath,
      '/no/such/folder',
      'the command or its working directory does not exist; check the spelling, and that it is installed and on PATH',
    ],
    [
      `${repository}package.json`,
      undefined,
      'the command is not executable; give a program, or make the file executable',
    ],
  ])('to %s in %s is refused: %s', async (command, cwd, how) => {
    const target = { type: 'stdio' as const, command, args: [], env: {} }
    const unreachable = spec(cwd === undefined ? target : { ...target, cwd })
    const failure = await failureOf(connect(unreachable, { env: {} }))
    expect(failure.code).toBe('SERVER_UNREACHABLE')
    expect(failure.message).toBe(`Cannot connect to server "under test": ${how}`)
  })

  test.each([
    [0, 'INVALID_ARGUMENT'],
    [-1, 'INVALID_ARGUMENT'],
    [600_001, 'INVALID_ARGUMENT'],
    [Number.NaN, 'INVALID_ARGUMENT'],
  ] as const)('takes no timeout of %d ms', async (connectMs, code) => {
    expect(await codeOf(open('wire good', { limits: { connectMs } }))).toBe(code)
    expect(await codeOf(open('wire good', { limits: { discoverMs: connectMs } }))).toBe(code)
  })

  test('takes a timeout of 600 s', async () => {
    await using connection = await open('wire good', { limits: { connectMs: 600_000 } })
    expect(connection.handshake.name).toBe('wire')
  })
})

describe('on stdout', () => {
  test('what is no message is skipped', async () => {
    await using connection = await open('wire garbage-stdout')
    expect(textOf(await connection.callTool('echo', { a: 'ü' }))).toBe('{"a":"ü"}')
  })

  test('a batch of messages is read, whatever else is in it', async () => {
    await using connection = await open('wire batches')
    expect(textOf(await connection.callTool('echo', { b: 2 }))).toBe('{"b":2}')
  })

  test('a line may be as long as the limit, and no longer', async () => {
    const limits = { maxMessageBytes: mebibyte }
    await using connection = await open('wire big-line', { limits })
    const whole = await connection.callTool('echo', { bytes: mebibyte })
    expect(textOf(whole).length).toBeGreaterThan(mebibyte - 200)
    const failure = await failureOf(connection.callTool('echo', { bytes: mebibyte + 1 }))
    expect(failure.code).toBe('MESSAGE_TOO_LARGE')
    expect(failure.message).toBe(
      'Cannot call tool "echo": it wrote a line of more than 1 MiB to stdout; raise the limit if that is meant',
    )
  })

  test('a line that never ends is stopped at 32 MiB, in bounded memory', async () => {
    await using connection = await open('wire endless-line 512')
    const before = process.memoryUsage().rss
    expect(await codeOf(connection.callTool('echo', {}))).toBe('MESSAGE_TOO_LARGE')
    expect(process.memoryUsage().rss - before).toBeLessThan(4 * 32 * mebibyte)
    await connection.closed
  })
})

test('a flood on stderr never blocks the server, and its last 64 KiB are kept', async () => {
  await using connection = await open('wire stderr-flood 64')
  expect(textOf(await connection.callTool('echo', { c: 3 }))).toBe('{"c":3}')
  // The answer came over another pipe: what was written to this one before it may still be on its way.
  while (!connection.stderr().endsWith('e\nthe end\n')) await setImmediate()
  expect(connection.stderr()).toHaveLength(64 * 1024)
})

describe('an answer', () => {
  const result = { content: [{ type: 'text', text: 'fine' }] }

  test('may write the member it does not mean as null', async () => {
    await using connection = await open('wire as-told')
    expect(textOf(await connection.callTool('echo', { result, error: null }))).toBe('fine')
    const error = { code: -32_000, message: 'no', data: [1] }
    const failure = await failureOf(connection.callTool('echo', { result: null, error }))
    expect(failure.message).toBe('Cannot call tool "echo": the server answered -32000: no')
    expect(failure.details).toEqual({ rpcCode: -32_000, rpcData: [1] })
  })

  test('keeps every digit of its structured content', async () => {
    await using connection = await open('wire digits')
    expect(await connection.callTool('echo', {})).toEqual({
      content: [],
      structuredContent: { id: '12345678901234567890' },
    })
  })

  test.each([
    [{}, 'the server answered with neither a result nor an error'],
    [{ result: null }, 'the server answered with neither a result nor an error'],
    [{ result: 'text' }, 'the server answered with a result that is no object'],
    [{ result: [1, 2] }, 'the server answered with a result that is no object'],
    [{ error: 'text' }, 'the server answered -32603: text'],
    [{ error: { code: 'E_NO', message: 'no' } }, 'the server answered -32603: no (code "E_NO")'],
  ])('that the protocol does not allow, %j, ends its call: %s', async (answer, how) => {
    await using connection = await open('wire as-told')
    const failure = await failureOf(connection.callTool('echo', answer))
    expect(failure.code).toBe('SERVER_PROTOCOL')
    expect(failure.message).toBe(`Cannot call tool "echo": ${how}`)
    expect(textOf(await connection.callTool('echo', { result }))).toBe('fine')
  })

  test.each([
    ['a text', 'hello', [{ type: 'text', text: 'hello' }]],
    ['one part', { type: 'x', y: 1 }, [{ type: 'x', y: 1 }]],
    [
      'texts and parts',
      ['a', { type: 'x' }, 7, null],
      [{ type: 'text', text: 'a' }, { type: 'x' }],
    ],
    ['null', null, []],
  ])('whose content is %s keeps every part', async (_, content, expected) => {
    await using connection = await open('wire as-told')
    expect(await connection.callTool('echo', { result: { content } })).toEqual({
      content: expected,
    })
  })
})

describe('ids', () => {
  test('that nobody waits for are dropped; the right answer still arrives, and only the first', async () => {
    await using connection = await open('wire wrong-ids')
    for (const round of [1, 2, 3]) {
      expect(textOf(await connection.callTool('echo', { round }))).toBe(`{"round":${round}}`)
    }
  })

  test('of the server and ours may be equal without being confused, and its questions are answered', async () => {
    await using connection = await open('wire colliding-requests')
    const answer: unknown = JSON.parse(textOf(await connection.callTool('echo', { d: 4 })))
    expect(answer).toMatchObject({
      args: { d: 4 },
      seen: [
        { result: { roots: [] } },
        { result: {} },
        { error: { code: -1, message: 'Sampling is refused: no model is available here' } },
        { result: { action: 'decline' } },
        { error: { code: -32_601, message: 'Method not found' } },
      ],
    })
  })
})

test('a hook answers what a server asks', async () => {
  const policy = {
    roots: () => [{ uri: 'file:///work', name: 'work' }],
    elicit: () => Promise.resolve({ action: 'cancel' as const }),
  }
  await using connection = await open('wire colliding-requests', { policy })
  const answer: unknown = JSON.parse(textOf(await connection.callTool('echo', {})))
  expect(answer).toMatchObject({
    seen: [{ result: { roots: [{ uri: 'file:///work', name: 'work' }] } }, {}, {}, {}, {}],
  })
})

test('a flood of change notifications is told at most once a second', async () => {
  await using connection = await open('wire lists-changed-flood')
  let told = 0
  const started = performance.now()
  const stop = connection.onToolsChanged(() => {
    told += 1
  })
  expect(textOf(await connection.callTool('echo', { e: 5 }))).toBe('{"e":5}')
  expect(textOf(await connection.callTool('echo', { f: 6 }))).toBe('{"f":6}')
  const seconds = Math.ceil((performance.now() - started) / 1000)
  expect(told).toBeLessThanOrEqual(1 + seconds)
  stop()
})
