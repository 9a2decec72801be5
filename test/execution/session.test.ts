import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { diskSession, type Execution, memorySession } from '../../src/execution/index.ts'
import { type Bench, openBench, published } from './harness.ts'

let bench: Bench
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'))
  await mkdir(join(folder, 'data'))
  for (let index = 0; index < 20; index++) {
    const text = JSON.stringify({
      id: index,
      kind: index % 2 === 0 ? 'even' : 'odd',
      note: 'x'.repeat(2000),
    })
    await writeFile(join(folder, 'data', `${index}.json`), text)
  }
  bench = await openBench({
    files: { command: published('filesystem', [folder]) },
    memory: {
      command: published('memory'),
      env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
    },
    everything: { command: published('everything', ['stdio']) },
  })
})
afterAll(async () => {
  await bench[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  bench.calls.length = 0
})

function valueOf(execution: Execution): unknown {
  if (execution.status === 'completed') return execution.value
  throw new Error(JSON.stringify(execution))
}

describe('execute', () => {
  test('a program of many calls gives back one small answer', async () => {
    const program = `
      const kept = []
      for (let index = 0; index < 20; index++) {
        const { content } = await callTool('files', 'read_text_file', { path: ${JSON.stringify(folder)} + '/data/' + index + '.json' })
        const row = JSON.parse(content)
        if (row.kind === 'even') kept.push(row)
      }
      await callTool('memory', 'create_entities', {
        entities: kept.map(row => ({ name: 'row ' + row.id, entityType: row.kind, observations: [row.note.slice(0, 10)] })),
      })
      const graph = await callTool('memory', 'read_graph', {})
      return kept.length + ' rows kept, ' + graph.entities.length + ' in the graph'`
    expect(valueOf(await bench.session().execute(program))).toBe('10 rows kept, 10 in the graph')
    expect(bench.calls.length).toBe(22)
  })

  test('parallel calls run in parallel and all answer', async () => {
    const program = `
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => callTool('everything', 'echo', { message: 'm' + n })))
      return answers.map(String).filter((text, n) => text.includes('m' + n)).length`
    expect(valueOf(await bench.session().execute(program))).toBe(50)
  })

  test('a generated module is imported and called', async () => {
    const program = `
      import { echo } from '/mcp-tools/servers/everything/echo.ts'
      import { getSum } from 'everything'
      export default [await echo({ message: 'hi' }), await getSum({ a: 2, b: 3 })]`
    expect(valueOf(await bench.session().execute(program))).toEqual([
      'Echo: hi',
      'The sum of 2 and 3 is 5.',
    ])
  })

  test.each([
    ['an unknown tool', `await callTool('everything', 'echoo', { message: 'x' })`],
    ['an unknown server', `await callTool('everythin', 'echo', { message: 'x' })`],
    [
      'a wrong argument after a right call',
      `await callTool('everything', 'echo', { message: 'x' })\nawait callTool('everything', 'echo', { mesage: 'x' })`,
    ],
    ['a missing await', `callTool('everything', 'echo', { message: 'x' })\nreturn 1`],
    [
      'a wrong use of a typed result',
      `const r = await callTool('files', 'read_text_file', { path: '/x' })\nreturn r.contnt`,
    ],
    ['a syntax error', `const x = = 1`],
  ])('%s stops the program before any call is made', async (_, program) => {
    const execution = await bench.session().execute(program)
    expect(execution.status).toBe('rejected')
    expect(bench.calls).toEqual([])
  })

  test('an unchecked program runs until it fails, with its own line', async () => {
    const program = `await callTool('everything', 'echo', { message: 'x' })\nreturn nope.x`
    const execution = await bench.session().execute(program, { check: false })
    expect(execution).toMatchObject({
      status: 'failed',
      error: { name: 'ReferenceError', line: 2 },
    })
    expect(bench.calls.length).toBe(1)
  })

  test('an isError answer is a ToolError the program can catch', async () => {
    const program = `
      try { await callTool('files', 'read_text_file', { path: '/nowhere/x' }); return 'read' }
      catch (error) { return [error instanceof ToolError, error.name, error.server, error.tool] }`
    expect(valueOf(await bench.session().execute(program))).toEqual([
      true,
      'ToolError',
      'files',
      'read_text_file',
    ])
  })

  test('host calls beyond the limit fail, exactly the limit does not', async () => {
    const program = `for (let n = 0; n < input; n++) await callTool('everything', 'echo', { message: 'x' })\nreturn 'done'`
    const session = bench.session()
    const limits = { hostCalls: 3 }
    expect(valueOf(await session.execute(program, { limits, input: 3 }))).toBe('done')
    bench.calls.length = 0
    expect(await session.execute(program, { limits, input: 4 })).toMatchObject({
      status: 'stopped',
      limit: 'hostCalls',
      message: 'Host function call limit exceeded: 4/3',
    })
    expect(bench.calls.length).toBe(3)
  })

  test('input is what the caller gave', async () => {
    const session = bench.session()
    expect(valueOf(await session.execute('return input.a + 1', { input: { a: 1 } }))).toBe(2)
    expect(valueOf(await session.execute('return input'))).toBe(null)
  })

  test('a cancelled program ends, and so does its call', async () => {
    const controller = new AbortController()
    const program = `await callTool('everything', 'trigger-long-running-operation', { duration: 60, steps: 2 })\nreturn 1`
    const run = bench.session().execute(program, {
      signal: controller.signal,
      check: false,
    })
    await expect.poll(() => bench.calls.length, { timeout: 20_000 }).toBe(1)
    controller.abort()
    expect(await run).toMatchObject({ status: 'stopped', limit: 'cancelled' })
  })

  test('every host call is traced with its target and time', async () => {
    const traced: string[] = []
    await bench
      .session()
      .execute(
        `await callTool('everything', 'echo', { message: 'x' })\nawait writeFile('/a', 'b')\nsetState('k', 1)`,
        {
          onHostCall: ({ operation, target, ok }) =>
            traced.push(`${operation} ${target} ${String(ok)}`),
        },
      )
    expect(traced).toEqual([
      'callTool everything.echo true',
      'writeFile /a true',
      'setState k true',
    ])
  })

  test('limits come from the session until they are reset', async () => {
    const session = bench.session()
    session.setLimits({ hostCalls: 1 })
    expect(session.limits().hostCalls).toBe(1)
    const twice = `await readFile('/mcp-tools/servers/everything/echo.ts')\nawait listServers()\nreturn 1`
    expect((await session.execute(twice)).status).toBe('stopped')
    session.resetLimits()
    expect((await session.execute(twice)).status).toBe('completed')
    expect(() => session.setLimits({ memoryBytes: 1 })).toThrow(
      'Cannot use the memory limit 1: give 1MB to 512MB, in bytes',
    )
    expect(() => session.setLimits({ wallMs: 0 })).toThrow('Cannot use the time limit')
  })
})

describe('what programs of a session share', () => {
  test('state and files live on in the next program and in another process’s session of the same id', async () => {
    const base = join(folder, 'sessions')
    const first = bench.session({ store: diskSession(base, 'work') })
    await first.execute(`setState('seen', ['a'])\nawait writeFile('notes/x.txt', 'hello')`)
    const second = bench.session({ store: diskSession(base, 'work') })
    const program = `return [getState('seen'), await readFile('/notes/x.txt'), getState('other')]`
    expect(valueOf(await second.execute(program))).toEqual([['a'], 'hello', null])
    const other = bench.session({ store: diskSession(base, 'other') })
    expect(valueOf(await other.execute(`return getState('seen') ?? 'nothing'`))).toBe('nothing')
  })

  test('a value over its limit is kept whole, and the next program opens it', async () => {
    const session = bench.session()
    const big = `return Array.from({ length: 2000 }, (_, id) => ({ id, text: 'x'.repeat(200) }))`
    const execution = await session.execute(big)
    expect(execution).toMatchObject({
      status: 'completed',
      stored: { handle: 'r1', shape: '{ id: number; text: string }[2000]', count: 2000 },
    })
    const again = `const rows = await results.get('r1')\nreturn [rows.length, rows.at(-1).id]`
    expect(valueOf(await session.execute(again))).toEqual([2000, 1999])
    const other = await bench.session().execute(again)
    expect(other).toMatchObject({
      status: 'failed',
      error: { message: 'Cannot open the result "r1": the session keeps none' },
    })
  })

  test('bytes written are bytes read, and a value of exactly the limit is returned as it is', async () => {
    const session = bench.session()
    const bytes = `await writeFile('/b', new Uint8Array([0, 255, 7]))\nconst back = await readFile('/b')\nreturn [...back]`
    expect(valueOf(await session.execute(bytes, { check: false }))).toEqual([0, 255, 7])
    const exact = await session.execute(`return 'x'.repeat(98)`, { limits: { valueBytes: 100 } })
    expect(valueOf(exact)).toBe('x'.repeat(98))
    expect(
      await session.execute(`return 'x'.repeat(99)`, { limits: { valueBytes: 100 } }),
    ).toMatchObject({
      stored: { bytes: 101 },
    })
  })

  test.each(['/../x', '../x', '/mcp-tools/servers/everything/echo.ts', 'a\\b'])(
    'writing %j is refused',
    async path => {
      const program = `try { await writeFile(${JSON.stringify(path)}, 'x'); return 'written' } catch (error) { return error.message.slice(0, 12) }`
      expect(valueOf(await bench.session().execute(program))).toMatch(/^Cannot (?:use|writ)/)
    },
  )
})

describe('search, describe, and what a program may use', () => {
  test('search finds tools across servers, best first', async () => {
    const { tools } = await bench.session().search('read file')
    expect(tools[0]).toMatchObject({ server: 'files' })
    expect(tools[0]?.tool).toMatch(/^read_.*file/)
    const { tools: graph } = await bench.session().search('knowledge graph entities', { limit: 3 })
    expect(graph.map(({ server }) => server)).toEqual(['memory', 'memory', 'memory'])
  })

  test('describe gives a tool’s signature, and a server’s tools', async () => {
    const session = bench.session()
    expect(await session.describe('everything.get-sum', { docs: false })).toMatchObject({
      server: 'everything',
      tool: 'get-sum',
      typescript_name: 'getSum',
      module: '/mcp-tools/servers/everything/getSum.ts',
    })
    expect(await session.describe('memory')).toMatchObject({ server: 'memory' })
    await expect(session.describe('memry')).rejects.toThrow('did you mean "memory"?')
    await expect(session.describe('memory.read_grph')).rejects.toThrow('did you mean "read_graph"?')
  })

  test('programs search and describe too', async () => {
    const program = `
      const [found] = await searchTools('sum of two numbers', { server: 'everything' })
      return [found.tool, (await describeTool('everything', found.tool)).includes('getSum('), (await listServers()).map(s => s.id)]`
    expect(valueOf(await bench.session().execute(program))).toEqual([
      'get-sum',
      true,
      ['files', 'memory', 'everything'],
    ])
  })

  test('a session sees and calls only what it was allowed', async () => {
    const session = bench.session({ allowed: ['everything.echo'] })
    expect(
      (await session.execute(`return callTool('everything', 'get-sum', { a: 1, b: 1 })`)).status,
    ).toBe('rejected')
    const around = `try { return await callTool('everything', 'get-sum', { a: 1, b: 1 }) } catch (error) { return error.data.code }`
    expect(valueOf(await session.execute(around, { check: false }))).toBe('SECURITY_REFUSED')
    expect(
      valueOf(await session.execute(`return callTool('everything', 'echo', { message: 'x' })`)),
    ).toBe('Echo: x')
    expect(valueOf(await session.execute(`return (await listServers()).map(s => s.id)`))).toEqual([
      'everything',
    ])
  })

  test('every call is asked about, and one that is refused is not made', async () => {
    const asked: string[] = []
    const session = bench.session({
      approve: async ({ tool }) => {
        asked.push(tool)
        return tool !== 'get-sum'
      },
    })
    const program = `
      await callTool('everything', 'echo', { message: 'x' })
      try { await callTool('everything', 'get-sum', { a: 1, b: 1 }) } catch (error) { return error.message }`
    expect(valueOf(await session.execute(program))).toBe(
      'Cannot call "everything.get-sum": it was not approved; go on without it',
    )
    expect([asked, bench.calls.map(({ tool }) => tool)]).toEqual([['echo', 'get-sum'], ['echo']])
  })

  test('a server that cannot be reached is named, not called a type error', async () => {
    const session = bench.session({
      store: memorySession(),
      caller: {
        ...bench.caller,
        catalog: async () => {
          throw new Error('Cannot connect to "memory"')
        },
      },
    })
    await expect(session.execute(`return callTool('memory', 'read_graph', {})`)).rejects.toThrow(
      'Cannot connect to "memory"',
    )
  })
})
