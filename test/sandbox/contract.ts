/* oxlint-disable typescript/no-explicit-any -- programs and payloads under test are anything */
/** What every engine that runs programs must do. Each engine's test file calls this with a way to open it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Engine, type Outcome, profiles, type RunOptions } from '../../src/sandbox/index.ts'
import { createHost } from './host.ts'

type Run = (source: string, options?: Partial<RunOptions>) => Promise<Outcome>

export function describeEngine(name: string, open: () => Promise<Engine>): void {
  describe(`${name} keeps the contract of engines`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(async () => {
      await engine[Symbol.asyncDispose]()
    })
    const run: Run = (source, options = {}) =>
      engine.run(source, { limits: profiles.strict, host: createHost(), ...options })
    const valueOf = async (source: string, options?: Partial<RunOptions>): Promise<unknown> => {
      const outcome = await run(source, options)
      if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome))
      return outcome.value
    }

    values(valueOf)
    programs(run, valueOf)
    hostCalls(run, valueOf)
    enforcement(run, valueOf)
  })
}

type ValueOf = (source: string, options?: Partial<RunOptions>) => Promise<unknown>

function values(valueOf: ValueOf): void {
  test.each([
    { source: 'return 1 + 1', value: 2, why: 'a return' },
    { source: 'export default 5', value: 5, why: 'a default export' },
    { source: 'const a = 2\na * 3', value: 6, why: 'the last expression' },
    { source: 'await Promise.resolve(7);', value: 7, why: 'a last expression that waits' },
    { source: 'const a = 2;\n({ a }) ;', value: { a: 2 }, why: 'an object in brackets' },
    { source: '(1, [2]) // why', value: [2], why: 'a sequence in brackets' },
    { source: 'const x = f()\nx\nfunction f() { return 3 }', value: 3, why: 'before a function' },
    { source: 'export default async () => 9', value: 9, why: 'an exported function is called' },
    { source: '({ a: 1 })', value: { a: 1 }, why: 'an object in brackets' },
    { source: '(1, ((2))) // two', value: 2, why: 'a list in brackets' },
    { source: 'const a: any = 5;\n(a as number);', value: 5, why: 'a cast in brackets' },
    { source: 'import.meta.url.length', value: 11, why: 'the path first of all' },
    { source: 'const x = 1', value: undefined, why: 'a declaration has no value' },
    { source: 'return undefined', value: undefined, why: 'undefined is undefined' },
    // oxlint-disable-next-line unicorn/no-thenable -- that is the point
    { source: 'return { then: 5 }', value: { then: 5 }, why: 'a member named then' },
    { source: 'return { then(r: any) { r(4) } }', value: 4, why: 'a thenable is awaited' },
    { source: 'return 10n ** 20n', value: '100000000000000000000', why: 'a bigint is text' },
    { source: 'return [NaN, -Infinity]', value: ['NaN', '-Infinity'], why: 'no number of JSON' },
    { source: 'return new Date(0)', value: '1970-01-01T00:00:00.000Z', why: 'a date' },
    { source: 'return new Map([["a", 1]])', value: { a: 1 }, why: 'a map with text keys' },
    { source: 'return new Map([[1, 2]])', value: [[1, 2]], why: 'a map with other keys' },
    { source: 'return new Set([1, 2])', value: [1, 2], why: 'a set' },
    { source: "return '\\uFEFFa'", value: '\uFEFFa', why: 'a byte order mark is text' },
    {
      source: "return 'ä€😀'.repeat(2000).length",
      value: 8000,
      why: 'text of more than one byte',
    },
    {
      source: 'const a: any = { b: {} }; a.b.c = a; return a',
      value: { b: { c: '[Circular]' } },
      why: 'a cycle',
    },
    {
      source: 'const m = new Map<string, unknown>(); m.set("m", new Set([m])); return [m, m]',
      value: [{ m: ['[Circular]'] }, { m: ['[Circular]'] }],
      why: 'a cycle through a map and a set',
    },
    {
      source: 'const e = new Error("no"); e.cause = { e }; return e',
      value: { name: 'Error', message: 'no', cause: { e: '[Circular]' } },
      why: 'a cycle through an error',
    },
    {
      source: 'return { bytes: new Uint8Array([1, 2, 255]) }',
      value: { bytes: { type: 'blob', mimeType: 'application/octet-stream', data: 'AQL/' } },
      why: 'bytes',
    },
    {
      source: 'return new TypeError("no", { cause: 1 })',
      value: { name: 'TypeError', message: 'no', cause: 1 },
      why: 'an error',
    },
    { source: 'return "\\u0000\\ud800é😀"', value: '\u0000\ud800é😀', why: 'any text' },
  ])('$source is $value: $why', async ({ source, value }) => {
    expect(await valueOf(source)).toEqual(value)
  })
}

function programs(run: Run, valueOf: ValueOf): void {
  test('a program may be TypeScript that needs rewriting', async () => {
    expect(await valueOf('enum A { B = 4 }\nconst x: number = A.B\nexport default x')).toBe(4)
  })

  test.each([
    { source: 'enum A { B = 4 }\nreturn A.B', value: 4, why: 'an enum' },
    { source: 'namespace N { export const a = 1 }\nreturn N.a', value: 1, why: 'a namespace' },
    {
      source: "enum A { B }\nconst t = 'ü😀'; if (A.B) return; else return t + ' throw void 0'",
      value: 'ü😀 throw void 0',
      why: 'one of several, behind wide characters',
    },
    {
      source:
        "enum A { B }\ntry { if (A.B === 0) throw new Error('thrown') } catch (e) { return e.message }",
      value: 'thrown',
      why: 'a throw stays one',
    },
    {
      source:
        'enum A { B = 4 }\nfor (const n of [1]) {\n  if (n) return {\n    n, b: A.B }\n}\nreturn 0',
      value: { n: 1, b: 4 },
      why: 'over several lines',
    },
  ])('$why may stand in a program that returns', async ({ source, value }) => {
    expect(await valueOf(source)).toEqual(value)
  })

  test('an error in a rewritten program that returns has its own position', async () => {
    const source =
      'enum A { B }\nconst f = (): never => { throw new Error("no") }\n\nreturn A.B + f()'
    const outcome = await run(source)
    expect(outcome).toMatchObject({ status: 'failed', error: { line: 2, column: 36 } })
    expect(outcome).toMatchObject({ error: { stack: expect.stringContaining('program.ts:4:14') } })
  })

  test('imports resolve in the virtual tree, bare names are servers', async () => {
    const modules = new Map([
      ['/mcp-tools/servers/github/index.ts', "export * from './createIssue.ts'\n"],
      [
        '/mcp-tools/servers/github/createIssue.ts',
        '#!/usr/bin/env node\nexport const createIssue = async (p: object) => [import.meta.url, p]\n',
      ],
    ])
    const url = '/mcp-tools/servers/github/createIssue.ts'
    const bare = "import { createIssue } from 'github'\nreturn await createIssue({ a: 1 })"
    expect(await valueOf(bare, { modules })).toEqual([url, { a: 1 }])
    const absolute = `import { createIssue } from '${url}'\nawait createIssue({})`
    expect(await valueOf(absolute, { modules })).toEqual([url, {}])
    const dynamic = `const { createIssue } = await import('github/createIssue')\nreturn (await createIssue({}))[0]`
    expect(await valueOf(dynamic, { modules })).toBe(url)
  })

  test('names that were only types are not linked', async () => {
    const modules = new Map([['/lib.ts', 'export interface T {}\nexport const v: number = 1']])
    expect(await valueOf("import { T, v } from './lib.ts'\nconst x: T = {}\nv", { modules })).toBe(
      1,
    )
  })

  test.each([
    {
      source: "import {\n  a, // one\n  b,\n} from 'github'\nreturn a + b",
      why: 'a comment in it',
    },
    {
      source:
        "import {\r\n  T,\r\n  a, b as c } from 'github'\nimport { U } from 'none'\nconst x: T | U = c\nreturn a + x",
      why: 'names of types in it',
    },
    {
      source:
        "import { 'odd name' as a } from 'github'\nimport * as all from 'github'\nreturn a + all.b",
      why: 'names that are text, and all names',
    },
    {
      source: "import two, { a } from 'github' /* } */\nimport 'github'\nreturn two + a",
      why: 'a default, and nothing',
    },
    {
      source: "import list\n  from 'github/list.json' with {\n type: 'json' }\nreturn list[0]",
      why: 'attributes',
    },
  ])('an import stands in a program that returns, with $why', async ({ source }) => {
    const modules = new Map([
      [
        '/mcp-tools/servers/github/index.ts',
        'export interface T {}\nexport const a = 1, b = 2\nexport { a as "odd name" }\nexport default 2',
      ],
      ['/mcp-tools/servers/github/list.json', '[3]'],
    ])
    expect(await valueOf(source, { modules })).toBe(3)
  })

  test('the host functions are a module too', async () => {
    const source = "import { callTool } from 'mcp'\nawait callTool('s', 'echo', { a: 1 })"
    expect(await valueOf(source)).toEqual({ a: 1 })
  })

  test('an error has the position, stack and frame of the program', async () => {
    const outcome = await run('const a = 1\nfunction f(x: any) {\n  return x.y.z\n}\nf({})')
    expect(outcome.status === 'failed' && outcome.error).toEqual({
      name: 'TypeError',
      message: "cannot read property 'z' of undefined",
      file: 'program.ts',
      line: 3,
      column: 10,
      stack: '    at f (program.ts:3:10)\n    at program.ts:5:1',
      codeFrame: [
        '  1 | const a = 1',
        '  2 | function f(x: any) {',
        '> 3 |   return x.y.z',
        '    |          ^',
        '  4 | }',
      ].join('\n'),
    })
  })

  test.each([
    {
      source: 'return f()\nfunction f() { return none.x }\n',
      frames: ['f (program.ts:2:23)', 'program.ts:1:7'],
      why: 'that returns',
    },
    {
      source: 'enum A { B }\nconst f = () => none.x\nreturn f()',
      frames: ['f (program.ts:2:17)', 'program.ts:3:8'],
      why: 'that is rewritten',
    },
    {
      source: '\uFEFFconst a = 1\r\n\t\tnone.x\r\n',
      frames: ['program.ts:2:3'],
      why: 'of Windows lines',
    },
    { source: 'const a = 1\r\r\t\tnone.x', frames: ['program.ts:3:3'], why: 'of old lines' },
  ])('an error has all frames of a program $why, and none of ours', async ({ source, frames }) => {
    const outcome = await run(source)
    const { stack, codeFrame = '' } = outcome.status === 'failed' ? outcome.error : {}
    expect(stack?.split('\n').map(frame => frame.replace('    at ', ''))).toEqual(frames)
    const [marked = '', caret = ''] = codeFrame.slice(codeFrame.indexOf('>')).split('\n')
    expect(marked.slice(0, caret.length)).toMatch(/\| .*n$/)
    expect(caret.replaceAll(/[^\t]/g, '')).toBe(marked.replaceAll(/[^\t]/g, ''))
  })

  test('a module that does not parse is a SyntaxError with its path', async () => {
    const modules = new Map([['/mcp-tools/servers/github/index.ts', 'export const a: = 1']])
    const outcome = await run("import { a } from 'github'\na", { modules })
    const message: unknown = expect.stringMatching(
      /^\/mcp-tools\/servers\/github\/index\.ts:1:17: /,
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { name: 'SyntaxError', message } })
  })

  test('a program that does not parse is told where', async () => {
    const outcome = await run('const a = 1\nconst b = ;', { fileName: 'mine.ts' })
    expect(outcome.status === 'failed' && outcome.error).toMatchObject({
      name: 'SyntaxError',
      file: 'mine.ts',
      line: 2,
      column: 11,
    })
  })

  test('console is kept with levels', async () => {
    const outcome = await run('console.log("a %d", 1, { b: 2 }); console.error(new Error("no"))')
    expect(outcome.logs.map(({ level, message }) => [level, message])).toEqual([
      ['log', 'a 1 {"b":2}'],
      ['error', 'Error: no'],
    ])
  })
}

function hostCalls(run: Run, valueOf: ValueOf): void {
  test('an error of a tool crosses as name, message and data, without host paths', async () => {
    const source = `try { await callTool('s', 'fail', {}) } catch (e: any) {
      return [e instanceof ToolError, e.message, e.data, e.server, e.tool]
    }`
    expect(await valueOf(source)).toEqual([
      true,
      'ENOENT: cannot open <path> (<path>)',
      { code: 7 },
      's',
      'fail',
    ])
  })

  const modules = new Map([
    [
      '/mcp-tools/servers/s/fail.ts',
      "import { callTool } from 'mcp'\nexport const fail = async () => await callTool('s', 'fail', {})\n",
    ],
  ])
  test.each([
    { source: "const a = 1\nawait callTool('s', 'fail', {})", at: [2, 7], why: 'at once' },
    {
      source:
        "const all = [1, 2].map(async () => {\n  await callTool('s', 'echo', {})\n  await callTool('s', 'fail', {})\n})\nreturn await Promise.all(all)",
      at: [3, 9],
      why: 'behind another',
    },
    { source: "return 1 + (await readFile('none'))", at: [1, 18], why: 'of a file' },
    { source: "import { fail } from 's/fail'\nawait fail()", at: [2, 7], why: 'in a tool file' },
  ])('an error of a call made $why has its place', async ({ source, at: [line, column] }) => {
    const outcome = await run(source, { modules })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { file: 'program.ts', line, column, codeFrame: expect.stringContaining('^') },
    })
  })

  test('state answers at once, files are text or bytes', async () => {
    const source = `setState('a', { x: [1, 2] })
      await writeFile('t', 'hi')
      await writeFile('b', new Uint8Array([1, 2]))
      const bytes = await readFile('b')
      return [getState('a').x[1], getState('none'), await readFile('t'), bytes instanceof Uint8Array, bytes[1]]`
    expect(await valueOf(source)).toEqual([2, null, 'hi', true, 2])
  })

  test('calls run in parallel, and queue beyond the in-flight limit', async () => {
    const { inFlight } = profiles.strict
    const waiting: (() => void)[] = []
    let seen = 0
    let peak = 0
    // Answers when as many wait as may, or the last is there; one too many would come while the others are kept.
    const host: RunOptions['host'] = async () => {
      seen += 1
      await new Promise<void>(resolve => {
        peak = Math.max(peak, waiting.push(resolve))
        const free = (): void => waiting.splice(0).forEach(answer => answer())
        if (waiting.length === inFlight || seen === 50) setTimeout(free, 10)
      })
      return '1'
    }
    const source =
      "const all = await Promise.all(Array.from({ length: 50 }, () => callTool('s', 't', {})))\nall.length"
    expect(await valueOf(source, { host })).toBe(50)
    expect(peak).toBe(inFlight)
  })

  test('the call beyond the limit fails, the one that meets it does not', async () => {
    const limits = { ...profiles.strict, hostCalls: 3 }
    const three = "for (let i = 0; i < 3; i++) await callTool('s', 'echo', {})\nreturn 'ok'"
    expect(await valueOf(three, { limits })).toBe('ok')
    const four = `let m = ''
      for (let i = 0; i < 4; i++) await callTool('s', 'echo', {}).catch((e: Error) => { m = e.message })
      return m`
    expect(await valueOf(four, { limits })).toBe('Host function call limit exceeded: 4/3')
    const uncaught = await run("for (;;) await callTool('s', 'echo', {})", { limits })
    expect(uncaught).toMatchObject({
      status: 'stopped',
      limit: 'hostCalls',
      message: 'Host function call limit exceeded: 4/3',
    })
  })

  test('calls within the limit are answered, however many are made behind them', async () => {
    const source = `const all = await Promise.allSettled(
        Array.from({ length: 90 }, (_, n) => callTool('s', 'echo', { n })))
      return all.filter(({ status }) => status === 'fulfilled').length`
    expect(await valueOf(source, { limits: { ...profiles.strict, hostCalls: 60 } })).toBe(60)
  })

  test('a level nobody knows is that of a plain line', async () => {
    const names = ['warn', 'loud', 'constructor', '__proto__', 'toString']
    const source = `for (const name of ${JSON.stringify(names)}) log(name, 'x')`
    const outcome = await run(source)
    expect(outcome.logs.map(({ level }) => level)).toEqual(['warn', 'log', 'log', 'log', 'log'])
  })

  test('calls that nobody awaited are cancelled, and the program is told', async () => {
    const outcome = await run("callTool('s', 'slow', {})\nreturn 1")
    expect(outcome).toMatchObject({ status: 'completed', value: 1 })
    expect(outcome.logs.map(({ level }) => level)).toEqual(['warn'])
    expect(outcome.hostCalls.map(({ ok }) => ok)).toEqual([false])
  })
}

function limited(over: Partial<RunOptions['limits']>): Partial<RunOptions> {
  return { limits: { ...profiles.strict, ...over } }
}

function enforcement(run: Run, valueOf: ValueOf): void {
  test.each([
    { source: 'for (;;) {}', over: { fuel: 1e7 }, limit: 'fuel' },
    { source: 'for (;;) {}', over: { wallMs: 100 }, limit: 'time' },
    {
      source: 'const a = []; for (;;) a.push({})',
      over: { memoryBytes: 16 << 20 },
      limit: 'memory',
    },
    {
      source: "for (;;) console.log('x'.repeat(100))",
      over: { consoleBytes: 1000 },
      limit: 'console',
    },
    { source: 'await new Promise(() => {})', over: {}, limit: 'deadlock' },
  ])('$source stops at $limit, and the next run is right', async ({ source, over, limit }) => {
    expect(await run(source, limited(over))).toMatchObject({ status: 'stopped', limit })
    expect(await valueOf('return 1 + 1')).toBe(2)
  })

  test('output that meets the console limit exactly is kept', async () => {
    const outcome = await run("console.log('x'.repeat(968))", limited({ consoleBytes: 1000 }))
    expect(outcome.status).toBe('completed')
    const over = await run("console.log('x'.repeat(969))", limited({ consoleBytes: 1000 }))
    expect(over).toMatchObject({ status: 'stopped', limit: 'console' })
  })

  test.each(['', 'x'])('lines of "%s" count too: 32 bytes each beside their text', async line => {
    const lines = Math.floor(3200 / (32 + line.length))
    const print = (times: number): string =>
      `for (let i = 0; i < ${times}; i++) console.log('${line}')`
    const outcome = await run(print(lines), limited({ consoleBytes: 3200 }))
    expect([outcome.status, outcome.logs.length]).toEqual(['completed', lines])
    const over = await run(print(lines + 1), limited({ consoleBytes: 3200 }))
    expect(over).toMatchObject({ status: 'stopped', limit: 'console' })
    expect(over.logs.length).toBe(lines)
  })

  test('a source that meets the size limit exactly runs, one byte more does not', async () => {
    const source = `return 1${' '.repeat(92)}`
    expect(await valueOf(source, limited({ sourceBytes: 100 }))).toBe(1)
    await expect(run(`${source} `, limited({ sourceBytes: 100 }))).rejects.toMatchObject({
      code: 'PROGRAM_INVALID',
    })
  })

  test('200 brackets run, 201 are refused', async () => {
    expect(await valueOf(`return ${'('.repeat(200)}1${')'.repeat(200)}`)).toBe(1)
    await expect(run(`return ${'('.repeat(201)}1${')'.repeat(201)}`)).rejects.toMatchObject({
      code: 'PROGRAM_INVALID',
    })
  })

  test.each([
    { line: "say(`it's ${[1]}`)", why: 'an apostrophe in a template' },
    { line: 'say(`https://a.example/${say({ a: `(${1}` }).a}`)', why: 'a URL in a template' },
    { line: 'say(/[/"(\\]]\\/[(]/)', why: 'a regular expression' },
    { line: "say('http://(' + \"'(\" /* ( */) // (", why: 'strings and comments' },
    { line: 'say(1 / 2, [3] / 4, (5) / 6)', why: 'divisions' },
  ])('brackets nobody opened are not counted: $why', async ({ line }) => {
    const lines = `${line}\n`.repeat(300)
    expect(await valueOf(`const say = (x: any, ..._: any) => x\n${lines}return 1`)).toBe(1)
  })

  test.each(["/'/", '`${"`"}`', "`'`", '"\'"', '/[/`]/', "1 /* ' */", '`${`${1}`}'.concat('`')])(
    'brackets behind %s are counted',
    async text => {
      const deep = `const x = ${text}; return ${'['.repeat(201)}${']'.repeat(201)}`
      await expect(run(deep)).rejects.toMatchObject({ code: 'PROGRAM_INVALID' })
    },
  )

  test('a value or an argument may have 1000 levels, not one more', async () => {
    const nest = 'let a: any = []; for (let i = 1; i < levels; i++) a = [a]; '
    const levels = (count: number): string => `const levels = ${count}; ${nest}`
    expect(JSON.stringify(await valueOf(`${levels(1000)}return a`))).toHaveLength(2000)
    const message = 'The value is nested deeper than 1000 levels; return a flatter one'
    expect(await run(`${levels(1001)}return a`)).toMatchObject({
      status: 'failed',
      error: { name: 'RangeError', message },
    })
    expect(await valueOf(`${levels(998)}await callTool('s', 'echo', { a }); return 1`)).toBe(1)
    const refused = await run(`${levels(999)}setState('a', { a })`)
    expect(refused).toMatchObject({ status: 'failed', error: { name: 'RangeError', line: 1 } })
  })

  test('a run can be cancelled, busy or waiting', async () => {
    for (const source of ['for (;;) {}', "await callTool('s', 'slow', {}); for (;;) await null"]) {
      const signal = AbortSignal.timeout(30)
      expect(await run(source, { signal })).toMatchObject({ status: 'stopped', limit: 'cancelled' })
    }
  })

  test('nothing a run did is seen by the next', async () => {
    await run(
      'globalThis.left = 1; Object.prototype.polluted = 1; Array.prototype.map = 1; Math.max = 1',
    )
    const source =
      'return [typeof left, ({}).polluted === undefined, typeof [].map, typeof Math.max]'
    expect(await valueOf(source)).toEqual(['undefined', true, 'function', 'function'])
  })

  test('chance differs from run to run', async () => {
    const first = await valueOf('return [Math.random(), crypto.randomUUID()]')
    expect(await valueOf('return [Math.random(), crypto.randomUUID()]')).not.toEqual(first)
  })
}
