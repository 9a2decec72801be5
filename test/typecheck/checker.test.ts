import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type Checker,
  compilerExecutable,
  createChecker,
  type Diagnostic,
  readLanguageLib,
} from '../../src/typecheck/index.ts'
import { declarations, declarationsOf } from './declarations.ts'

const deps = {
  executable: compilerExecutable(process.platform, process.arch),
  platform: process.platform,
  readLib: readLanguageLib,
  // What is right or wrong is so however busy the machine is.
  deadlineMs: 20_000,
  startDeadlineMs: 25_000,
}
let checker: Checker

beforeAll(async () => {
  checker = createChecker(deps)
  await checker.warmUp(declarations)
})
afterAll(() => {
  checker[Symbol.dispose]()
})

async function diagnosticsOf(source: string): Promise<readonly Diagnostic[]> {
  const result = await checker.check({ source, declarations })
  if (result.status === 'unchecked') throw new Error(result.reason)
  return result.status === 'rejected' ? result.diagnostics : []
}

/** "line:column CODE" of each finding. */
async function placesOf(source: string): Promise<string[]> {
  return (await diagnosticsOf(source)).map(({ line, column, code }) => `${line}:${column} ${code}`)
}

describe('programs that are right pass', () => {
  test.each([
    [
      'a body with return',
      `const i = await callTool('github', 'create_issue', { repo: 'r', title: 't' })\nreturn i.number`,
    ],
    ['an expression', '1 + 1'],
    ['an empty program', ''],
    ['a line that names an interpreter', '#!/usr/bin/env node\nreturn 1'],
    ['the same behind a byte order mark', '\uFEFF#!/usr/bin/env node\nreturn 1'],
    ['a call as the last statement', `callTool('memory', 'read_graph', {})`],
    [
      'a module',
      `import { createIssue } from '/mcp-tools/servers/github/createIssue.ts'\nexport default await createIssue({ repo: 'r', title: 't' })`,
    ],
    [
      'a bare import',
      `import { createIssue } from 'github'\nconst { number } = await createIssue({ repo: 'r', title: 't' })\nexport default number`,
    ],
    [
      'imports and return',
      `import { createIssue } from 'github'\nconst { url } = await createIssue({\n  repo: 'r',\n  title: 't',\n})\nreturn url.length`,
    ],
    [
      'the mcp module',
      `import { callTool, readFile } from 'mcp'\nconst text = await readFile('/a')\nreturn [text.length, await callTool('memory', 'read_graph', {})]`,
    ],
    [
      'parallel calls',
      `const ps = [1, 2].map(n => callTool('github', 'list_issues', { repo: String(n) }))\nreturn (await Promise.all(ps)).flatMap(r => r.items)`,
    ],
    [
      'promises kept in an array',
      `const ps = []\nfor (const r of ['a', 'b']) ps.push(callTool('github', 'list_issues', { repo: r }))\nconst all = await Promise.all(ps)\nreturn all.length`,
    ],
    [
      'untyped JavaScript',
      `const counts = {}\nfunction add(key, by) { counts[key] = (counts[key] || 0) + by }\nadd('a', 1)\ncounts.total = 1\nreturn counts`,
    ],
    [
      'JavaScript and unknown errors',
      `try { await callTool('memory', 'read_graph', {}) } catch (error) { return error.message }`,
    ],
    [
      'typed TypeScript',
      `type Row = { name: string }\nconst rows: Row[] = (await callTool('memory', 'read_graph', {})) as Row[]\nconst by = new Map<string, Row>(rows.map(r => [r.name, r]))\nreturn [...by.keys()]`,
    ],
    [
      'narrowing an unknown result',
      `const r = await callTool('memory', 'read_graph', {})\nreturn typeof r === 'string' ? r.length : Array.isArray(r) ? r[0] : 0`,
    ],
    [
      'every global',
      `console.log(URL, TextEncoder, atob('YQ=='), crypto.randomUUID(), structuredClone({}), input)\nconst t = setTimeout(() => {}, 1); clearTimeout(t)\nawait setState('k', 1); await getState('k'); log('info', 'x')\nawait writeFile('/a', 'b'); await listServers(); await searchTools('x'); await describeTool('github', 'create_issue'); await results.get('r1')`,
    ],
    [
      'modern language',
      `const g = Object.groupBy([1, 2], n => n % 2 ? 'odd' : 'even')\nreturn [g, [3, 1].toSorted(), new Set([1]).union(new Set([2])), [1].values().map(n => n + 1).toArray()]`,
    ],
    [
      'main()',
      `async function main() {\n  return await callTool('memory', 'read_graph', {})\n}\nmain()`,
    ],
    ['void', `void callTool('memory', 'read_graph', {})\nreturn 1`],
    ['a local function of the same name as a global', `const fetch = (x) => x\nreturn fetch(1)`],
    [
      'dynamic names',
      `for (const { server, tool } of await searchTools('x')) await callTool(server, tool, { any: 1 })`,
    ],
    [
      'typed names',
      `const of = ['github', 'memory'] as const\nfor (const server of of) await describeTool(server)`,
    ],
    [
      'lists that nothing was said of',
      `const r = { ok: [], failed: [] }\nr.ok.push(1)\nreturn [1].reduce((all, n) => { all.push(n); return all }, [])`,
    ],
    [
      'a variable that a callback sets',
      `let best: { id: number } | null = null\n;[1].forEach(id => { best = { id } })\nreturn best?.id`,
    ],
    [
      'objects that grow, in JavaScript',
      `const params = { repo: 'r' }\nif (input) params.labels = ['a']\nconst e = new Error('x')\ne.code = 4\nreturn [await callTool('github', 'list_issues', params), params.labels, e.code]`,
    ],
    [
      'habits of JavaScript',
      `await new Promise(done => done())\nconst all = [{ at: '2026-01-01', secret: 1 }].sort((a, b) => new Date(b.at) - new Date(a.at))\ndelete all[0].secret\nconst f = ({ a, b }) => [a, b]\nreturn f({ a: all })`,
    ],
    [
      'params that are put together',
      `const params: Record<string, unknown> = { repo: 'r', title: 't' }\nreturn await callTool('github', 'create_issue', params)`,
    ],
    [
      'a value of an enum in a variable',
      `const params = { state: 'open', repo: 'r' }\nconst rs = await Promise.all(['open', 'closed'].map(state => callTool('github', 'set_state', { repo: 'r', state })))\nreturn [rs, await callTool('github', 'set_state', params)]`,
    ],
    [
      'declarations that belong at the top of a module, in a body',
      `export interface A { n: number }\nexport const a: A = { n: 1 }\nnamespace N { export const b = 2 }\nreturn a.n + N.b`,
    ],
    ['a hashbang', `#!/usr/bin/env node\nreturn 1`],
    [
      'a file of a server',
      `import { createIssue } from 'github/createIssue.ts'\nimport { readGraph } from 'memory/readGraph'\nreturn [createIssue, readGraph].length`,
    ],
    [
      'an expected result type',
      `import { readGraph } from 'memory'\nimport type { CreateIssueParams } from 'github'\nconst p: CreateIssueParams = { repo: 'r', title: 't' }\nconst g = await readGraph<{ entities: string[] }>()\nreturn [g.entities, p.repo]`,
    ],
  ])('%s', async (_, source) => {
    expect(await diagnosticsOf(source)).toEqual([])
  })
})

describe('programs that are wrong stop, at their own line and column', () => {
  test.each([
    ['unknown tool', `\nawait callTool('github', 'create_isue', {})`, ['2:26 UNKNOWN_TOOL']],
    ['unknown server', `await callTool('githb', 'create_issue', {})`, ['1:16 UNKNOWN_SERVER']],
    [
      'unknown field',
      `await callTool('github', 'create_issue', { rep: 'r', title: 't' })`,
      ['1:44 TS2561'],
    ],
    [
      'missing required field',
      `await callTool('github', 'create_issue', { repo: 'r' })`,
      ['1:42 TS2741'],
    ],
    [
      'wrong type',
      `await callTool('github', 'create_issue', { repo: 1, title: 't' })`,
      ['1:44 TS2322'],
    ],
    [
      'wrong use of a result',
      `const i = await callTool('github', 'create_issue', { repo: 'r', title: 't' })\nreturn i.nmber`,
      ['2:10 TS2551'],
    ],
    [
      'an optional result field',
      `const i = await callTool('github', 'create_issue', { repo: 'r', title: 't' })\nreturn i.assignee.login`,
      ['2:8 TS18048'],
    ],
    [
      'an unknown result used as known',
      `const g = await callTool('memory', 'read_graph', {})\nreturn g.entities`,
      ['2:8 TS18046'],
    ],
    ['a floating call', `callTool('memory', 'read_graph', {})\nreturn 1`, ['1:1 MISSING_AWAIT']],
    [
      'a floating call in a function',
      `const f = () => { callTool('memory', 'read_graph', {}); return 1 }\nreturn f()`,
      ['1:19 MISSING_AWAIT'],
    ],
    [
      'a floating call behind &&',
      `const x = Date.now() > 1\nx && callTool('memory', 'read_graph', {})\nreturn 1`,
      ['2:6 MISSING_AWAIT'],
    ],
    [
      'a floating call among awaited ones',
      `const g = await callTool('memory', 'read_graph', {})\ncallTool('memory', 'read_graph', {})\nreturn g`,
      ['2:1 MISSING_AWAIT'],
    ],
    [
      'a floating call by another name',
      `const call = callTool\ncall('memory', 'read_graph', {})\nreturn 1`,
      ['2:1 MISSING_AWAIT'],
    ],
    [
      'a floating call of the global object',
      `globalThis.readFile('/x')\nreturn 1`,
      ['1:1 MISSING_AWAIT'],
    ],
    [
      'a floating call of an imported tool',
      `import { readGraph } from 'memory'\nreadGraph({})\nreturn 1`,
      ['2:1 MISSING_AWAIT'],
    ],
    [
      'a floating call of an async function',
      `const f = async () => 1\nf()\nreturn 1`,
      ['2:1 MISSING_AWAIT'],
    ],
    ['a floating stored result', `results.get('r')\nreturn 1`, ['1:1 MISSING_AWAIT']],
    [
      'a name written with an escape',
      `call\\u0054ool('memory', 'read_graph', {})\nreturn 1`,
      ['1:1 MISSING_AWAIT'],
    ],
    [
      'a property of a promise',
      `return callTool('github', 'list_issues', {}).items`,
      ['1:46 TS2339'],
    ],
    [
      'a promise in text',
      "const r = callTool('memory', 'read_graph', {})\nreturn `${r}`",
      ['2:11 MISSING_AWAIT'],
    ],
    [
      'a promise in JSON',
      `return JSON.stringify(callTool('memory', 'read_graph', {}))`,
      ['1:23 MISSING_AWAIT'],
    ],
    [
      'a promise in the log',
      `console.log('x', callTool('memory', 'read_graph', {}))\nreturn 1`,
      ['1:18 MISSING_AWAIT'],
    ],
    [
      'a promise in the value',
      `const a = callTool('memory', 'read_graph', {})\nreturn { a, b: [a] }`,
      ['2:10 MISSING_AWAIT', '2:17 MISSING_AWAIT'],
    ],
    [
      'a promise spread',
      `return { ...callTool('memory', 'read_graph', {}) }`,
      ['1:13 MISSING_AWAIT'],
    ],
    [
      'a promise in a condition',
      `if (callTool('memory', 'read_graph', {})) console.log(1)`,
      ['1:5 TS2801'],
    ],
    ['fetch', `const r = await fetch('https://example.com')`, ['1:17 UNKNOWN_GLOBAL']],
    ['process', `return process.env.HOME`, ['1:8 UNKNOWN_GLOBAL']],
    ['require', `const fs = require('fs')`, ['1:12 UNKNOWN_GLOBAL']],
    ['Intl', `return new Intl.NumberFormat('en')`, ['1:12 UNKNOWN_GLOBAL']],
    ['a Node module', `import fs from 'node:fs'\nreturn 1`, ['1:16 UNKNOWN_MODULE']],
    ['an npm package', `import _ from 'lodash'\nexport default 1`, ['1:15 UNKNOWN_MODULE']],
    [
      'a tool file that does not exist',
      `import { createIssu } from '/mcp-tools/servers/github/createIssu.ts'`,
      ['1:28 UNKNOWN_MODULE'],
    ],
    [
      'a server folder that does not exist',
      `import { x } from '/mcp-tools/servers/githb/index.ts'`,
      ['1:19 UNKNOWN_MODULE'],
    ],
    [
      'a name that is not exported',
      `import { createIsue } from 'github'\nexport default createIsue`,
      ['1:10 TS2724'],
    ],
    [
      'a wrong argument of an imported tool',
      `import { createIssue } from 'github'\nreturn createIssue({ repo: 'r', titel: 't' })`,
      ['2:33 TS2561'],
    ],
    [
      'a value that is none of an enum, in a variable',
      `const params = { state: 'opne', repo: 'r' }\nreturn await callTool('github', 'set_state', params)`,
      ['2:46 TS2345'],
    ],
    [
      'a field of a tool that takes none',
      `return await callTool('memory', 'read_graph', { all: true })`,
      ['1:49 TS2322'],
    ],
    [
      'arithmetic with a text of a result',
      `const issue = await callTool('github', 'create_issue', { repo: 'r', title: 't' })\nreturn issue.url * 2`,
      ['2:8 TS2362'],
    ],
    [
      'a member no object ever gets, in JavaScript',
      `const o = { a: 1 }\no.b = 2\nreturn o.c`,
      ['3:10 TS2339'],
    ],
    [
      'a member given to a promise, in JavaScript',
      `const r = callTool('memory', 'read_graph', {})\nr.seen = 1\nreturn r`,
      ['2:3 TS2339'],
    ],
    ['an undefined name', `return undefinedName`, ['1:8 TS2552']],
    ['a syntax error', `const x = = 1`, ['1:11 TS1109']],
    [
      'files of the machine',
      `/// <reference path="/etc/passwd" />\nimport x from '/etc/hostname'`,
      ['1:22 TS6231', '2:15 UNKNOWN_MODULE'],
    ],
    ['text beyond the first plane before it', `const x = '日本😀'; nope`, ['1:19 TS2304']],
    ['windows line ends', `const a = 1\r\nconst b = 2\r\nnope`, ['3:1 TS2304']],
  ])('%s', async (_, source, places) => {
    expect(await placesOf(source)).toEqual(places)
  })
})

test('a call of a server whose tools nobody could ask for stops, though its parameters are left open', async () => {
  const unasked = { ...declarationsOf([]), digest: 'unasked', servers: ['memory'] }
  const source = `return await callTool('memory', 'read_graph', {})`
  expect(await checker.check({ source, declarations: unasked })).toMatchObject({
    status: 'rejected',
    diagnostics: [{ line: 1, column: 23, code: 'TS2345' }],
  })
})

describe('messages say what was meant, and how it is called', () => {
  test.each([
    [
      `await callTool('github', 'create_isue', {})`,
      'Unknown tool "create_isue" of server "github"; did you mean "create_issue"?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}',
    ],
    [
      `await callTool('github', 'createIssue', {})`,
      'Unknown tool "createIssue" of server "github"; did you mean "create_issue"?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}',
    ],
    [
      `await callTool('githb', 'create_issue', {})`,
      'Unknown server "githb"; did you mean "github"?',
    ],
    [
      `await callTool('empty', 'create_issue', {})`,
      'Unknown tool "create_issue" of server "empty"; it has none',
    ],
    [
      `await callTool('zzz', 'create_issue', {})`,
      'Unknown server "zzz"; there are "github", "memory", "empty"',
    ],
    [
      `await callTool('github', 'create_issue', { rep: 'r', title: 't' })`,
      `Object literal may only specify known properties, but 'rep' does not exist in type '{ repo: string; title: string; labels?: string[] | undefined; }'. Did you mean to write 'repo'?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}`,
    ],
    [
      `callTool('memory', 'read_graph', {})\nreturn 1`,
      `Tool "read_graph" returns a promise whose result is lost here; write await callTool('memory', 'read_graph', {})`,
    ],
    [
      'await fetch("x")',
      `There is no "fetch" in the sandbox: the sandbox has no network; call a tool: await callTool('server', 'tool', { … })`,
    ],
    [
      `const server = 'github'\nconst tool = 'create_isue'\nawait callTool(server, tool, {})`,
      'Unknown tool "create_isue" of server "github"; did you mean "create_issue"?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}',
    ],
    [
      `import { callTool as call } from 'mcp'\nawait call('githb', 'create_issue', {})`,
      'Unknown server "githb"; did you mean "github"?',
    ],
    [
      `import { createIsue } from 'github'\nexport default createIsue`,
      `'"github"' has no exported member named 'createIsue'. Did you mean 'createIssue'?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}`,
    ],
    [
      `import * as github from 'github'\nexport default github.createIsue`,
      `Property 'createIsue' does not exist on type 'typeof import("/mcp-tools/servers/github/index")'. Did you mean 'createIssue'?\nSignature: createIssue({repo:string,title:string,labels?:string[]}): {number:number,url:string,assignee?:{login:string}}`,
    ],
    [
      `const f = (text: string) => text\nreturn f(callTool('memory', 'read_graph', {}))`,
      `Argument of type 'Promise<unknown>' is not assignable to parameter of type 'string'.\nThe call returns a promise: write await before it, in parentheses if a member follows\nSignature: readGraph()`,
    ],
    [
      `if (callTool('memory', 'read_graph', {})) console.log(1)`,
      `This condition will always return true since this 'Promise<unknown>' is always defined.\nThe call returns a promise: write await before it, in parentheses if a member follows\nSignature: readGraph()`,
    ],
    [
      `const text = 'b'.trim()\n(1)`,
      `This expression is not callable.\n  Type 'String' has no call signatures.\nThe next line begins with "(" and so continues this one: end this one with a semicolon`,
    ],
    [
      `const p: Promise<string> = 'x'\nreturn p`,
      `Type 'string' is not assignable to type 'Promise<string>'.`,
    ],
    [`import x from 'githubb'`, 'Unknown module "githubb"; did you mean "github"?'],
  ])('%s', async (source, message) => {
    expect((await diagnosticsOf(source)).map(found => found.message)).toEqual([message])
  })
})
