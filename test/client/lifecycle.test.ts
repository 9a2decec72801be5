/** No server process outlives the connection, nor us: whatever the server does, and whatever ends us. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { connect, type EraVerdict } from '../../src/client/index.ts'
import { allGone, failureOf, isAlive, open, repository, spec, stdioSpec, textOf } from './open.ts'

async function pidsOf(command: string): Promise<readonly number[]> {
  await using connection = await open(command)
  return readPids(textOf(await connection.callTool('pids', {})))
}

function readPids(text: string): readonly number[] {
  const pids: unknown = JSON.parse(text)
  return Array.isArray(pids) ? pids.map(Number) : []
}

describe('closing a connection', () => {
  test.each([
    ['good', 1],
    ['ignores-eof', 1],
    ['ignores-signals', 1],
    ['grandchild', 2],
    ['stubborn-family', 2],
  ])('ends the server that is %s, all %d of it', async (mode, processes) => {
    const pids = await pidsOf(`lifecycle ${mode}`)
    expect(pids).toHaveLength(processes)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('ends what runs below a shell and below npx', async () => {
    const server = `${process.execPath} ${repository}.cache/servers/lifecycle.mjs ignores-eof`
    const target = {
      type: 'stdio' as const,
      command: '/bin/sh',
      args: ['-c', `${server}; true`],
      env: {},
    }
    const connection = await connect(spec(target), { env: { PATH: process.env['PATH'] } })
    const pids = readPids(textOf(await connection.callTool('pids', {})))
    await connection[Symbol.asyncDispose]()
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('can be done twice, and at once', async () => {
    const connection = await open('lifecycle good')
    await Promise.all([connection[Symbol.asyncDispose](), connection[Symbol.asyncDispose]()])
    await connection[Symbol.asyncDispose]()
    expect((await connection.closed).reason).toBe('it exited with code 0')
  })

  test('that failed to open leaves nothing behind', async () => {
    const limits = { connectMs: 200 }
    const failed = open('wire hang-initialize', { limits }).then(
      () => 'connected',
      () => 'failed',
    )
    expect(await failed).toBe('failed')
  })
})

describe('when we end', () => {
  const program = `${repository}.cache/client/holder.mjs`
  beforeAll(async () => {
    await build({
      entryPoints: [`${repository}test/client/holder.ts`],
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
      },
    })
  })

  const holders: ChildProcess[] = []
  afterAll(() => {
    for (const holder of holders) holder.kill('SIGKILL')
  })

  async function holding(mode: string, how = 'wait'): Promise<[ChildProcess, readonly number[]]> {
    const holder = spawn(process.execPath, [program, mode, how], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    holders.push(holder)
    const line = await new Promise<string>(resolve => {
      createInterface({ input: holder.stdout }).once('line', resolve)
    })
    return [holder, readPids(line)]
  }

  test.each([
    ['SIGKILL', 'ignores-eof'],
    ['SIGKILL', 'ignores-signals'],
    ['SIGKILL', 'stubborn-family'],
    ['SIGTERM', 'stubborn-family'],
    ['SIGINT', 'ignores-eof'],
    ['SIGHUP', 'grandchild'],
  ] as const)('by %s, the server that is %s ends too', async (signal, mode) => {
    const [holder, pids] = await holding(mode)
    expect(pids.every(isAlive)).toBe(true)
    holder.kill(signal)
    await once(holder, 'exit')
    await allGone(pids)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('by process.exit(), or by running out of work, the server ends too', async () => {
    const [exiting, first] = await holding('stubborn-family', 'exit')
    await once(exiting, 'exit')
    await allGone(first)
    expect(first.filter(isAlive)).toEqual([])
  })
})

describe('a server', () => {
  test('that no longer reads is told as closed, however often it is called', async () => {
    await using connection = await open('lifecycle deaf')
    expect(textOf(await connection.callTool('pids', {}))).toBe('heard')
    for (let call = 0; call < 3; call += 1) {
      const failure = await failureOf(connection.callTool('pids', {}))
      expect(failure.code).toBe('SERVER_CLOSED')
      expect(failure.message).toContain('it closed its stdin')
    }
    expect(await connection.closed).toMatchObject({ reason: 'it closed its stdin' })
  })

  test('that can no longer answer is ended, and its call told so', async () => {
    await using connection = await open('lifecycle mute')
    const failure = await failureOf(connection.callTool('pids', {}))
    expect(failure.code).toBe('SERVER_CLOSED')
    expect(failure.message).toBe('Cannot call tool "pids": it closed its stdout')
    expect(await connection.closed).toMatchObject({ reason: 'it closed its stdout' })
  })

  test('that insists on notifications/initialized gets it', async () => {
    await using connection = await open('lifecycle strict-initialized')
    expect(await connection.listTools()).toHaveLength(1)
  })

  test('that speaks 2026-07-28 only is spoken to so, in the one process we started', async () => {
    await using connection = await open('lifecycle modern-only')
    expect(connection.handshake).toEqual({
      name: 'modern',
      version: '2.0.0',
      protocolVersion: '2026-07-28',
      capabilities: { tools: {} },
      instructions: 'Be modern.',
    })
    expect(await connection.listTools()).toHaveLength(3)
    const policy = { roots: () => [{ uri: 'file:///work' }] }
    await using rooted = await open('lifecycle modern-only', { policy })
    expect(JSON.parse(textOf(await rooted.callTool('asks', {})))).toEqual({
      answered: { roots: { roots: [{ uri: 'file:///work' }] } },
      state: 'opaque-state',
    })
  })

  test('that speaks 2026-07-28 only and is silent about anything else is found out', async () => {
    await using connection = await open('lifecycle modern-silent')
    expect(connection.handshake.protocolVersion).toBe('2026-07-28')
  })

  test.each([
    ['dual-era', 'legacy', '2025-11-25'],
    ['dual-era', 'modern', '2026-07-28'],
    ['modern-hesitant', 'legacy', '2026-07-28'],
    ['modern-hesitant', 'modern', '2026-07-28'],
    ['good', 'modern', '2025-11-25'],
    ['nonsense-discover', 'modern', '2025-11-25'],
    ['exits-on-unknown', 'modern', '2025-11-25'],
  ] as const)('that is %s, asked for %s first, speaks %s', async (mode, firstEra, version) => {
    await using connection = await open(`lifecycle ${mode}`, { firstEra })
    expect(connection.handshake.protocolVersion).toBe(version)
  })

  test('is asked only once which era it speaks: the verdict is kept, and corrected', async () => {
    const verdicts = new Map<string, EraVerdict>()
    const writes: EraVerdict[] = []
    const eras = {
      get: (key: string) => Promise.resolve(verdicts.get(key)),
      set: (key: string, verdict: EraVerdict) => {
        verdicts.set(key, verdict)
        writes.push(verdict)
        return Promise.resolve()
      },
    }
    for (let round = 0; round < 2; round += 1) {
      await using connection = await open('lifecycle modern-only', { eras })
      expect(connection.handshake.protocolVersion).toBe('2026-07-28')
    }
    expect(writes).toEqual([{ era: 'modern', transport: 'stdio' }])
    const [key = ''] = verdicts.keys()
    verdicts.set(key, { era: 'legacy', transport: 'stdio' })
    await using connection = await open('lifecycle modern-only', { eras })
    expect(connection.handshake.protocolVersion).toBe('2026-07-28')
    expect(writes).toHaveLength(2)
  })
})

test('a server sees an allow-list of our environment, then its own', async () => {
  const script = 'process.stderr.write(JSON.stringify(process.env)); process.exit(1)'
  const target = {
    type: 'stdio' as const,
    command: process.execPath,
    args: ['-e', script],
    env: { OWN: 'yes', TERM: 'own' },
  }
  const env = { PATH: '/usr/bin', LC_ALL: 'C', TERM: 'xterm', AWS_SECRET: 'no', NODE_OPTIONS: '-x' }
  const failure = await connect(spec(target), { env }).then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )
  const shown: unknown = JSON.parse(failure.slice(failure.indexOf('{')))
  expect(shown).toEqual({ PATH: '/usr/bin', LC_ALL: 'C', TERM: 'own', OWN: 'yes' })
})

test('a server is started without a shell: arguments reach it as they are', async () => {
  const script = 'process.stderr.write(JSON.stringify(process.argv.slice(1))); process.exit(1)'
  const args = ['a b', '$(touch /tmp/pwned)', ';', '&', '"', '\n', '*']
  const target = {
    type: 'stdio' as const,
    command: process.execPath,
    args: ['-e', script, ...args],
    env: {},
  }
  const failure = await connect(spec(target), { env: {} }).catch((error: unknown) => error)
  const message = failure instanceof Error ? failure.message : ''
  expect(JSON.parse(message.slice(message.indexOf('[')))).toEqual(args)
})

test('two connections to one entry are two processes', async () => {
  await using first = await connect(stdioSpec('lifecycle good'), { env: {} })
  await using second = await connect(stdioSpec('lifecycle good'), { env: {} })
  const pids = [await first.callTool('pids', {}), await second.callTool('pids', {})].map(textOf)
  expect(new Set(pids).size).toBe(2)
})
