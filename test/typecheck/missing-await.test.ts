/** Every place where an `await` can be missing on a call, and the places where none is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type Checker,
  compilerExecutable,
  createChecker,
  readLanguageLib,
} from '../../src/typecheck/index.ts'
import { declarations } from './declarations.ts'

let checker: Checker

beforeAll(async () => {
  checker = createChecker({
    executable: compilerExecutable(process.platform, process.arch),
    platform: process.platform,
    readLib: readLanguageLib,
  })
  await checker.warmUp(declarations)
})
afterAll(() => {
  checker[Symbol.dispose]()
})

/** "line:column CODE" of each finding; G is a call of a tool without a result type, L of one with. */
async function placesOf(template: string): Promise<string[]> {
  const result = await checker.check({ source: programOf(template), declarations })
  if (result.status === 'unchecked') throw new Error(result.reason)
  return result.status === 'rejected'
    ? result.diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`)
    : []
}

function programOf(template: string): string {
  return template
    .replaceAll(/\bG\b/g, `callTool('memory', 'read_graph', {})`)
    .replaceAll(/\bL\b/g, `callTool('github', 'list_issues', {})`)
}

const lost = 'MISSING_AWAIT'

describe('a promise that is lost stops the program', () => {
  test.each([
    ['assigned, never read', 'const r = G\nreturn 1', `1:11 ${lost}`],
    ['assigned last', 'const r = G', `1:11 ${lost}`],
    ['assigned later, never read', 'let r\nr = G\nreturn 1', `2:5 ${lost}`],
    ['assigned as any', 'const r = G as any\nreturn r.x', `1:11 ${lost}`],
    ['assigned to any', 'const r: any = G\nreturn r.x', `1:16 ${lost}`],
    ['assigned to unknown', `const r: unknown = G\nreturn typeof r === 'string'`, `1:20 ${lost}`],
    ['read behind a cast', 'return (G as any).x', `1:9 ${lost}`],
    ['given to a function that looks', 'const f = (x: any) => x.y\nreturn f(G)', `2:10 ${lost}`],
    ['the same in JavaScript', 'function f(x) { return x.y }\nreturn f(G)', `2:10 ${lost}`],
    ['given to Object.keys', 'return Object.keys(G)', `1:20 ${lost}`],
    ['given to Array.isArray', 'const r = G\nreturn Array.isArray(r)', `2:22 ${lost}`],
    [
      'given to a tool',
      `return callTool('github', 'create_issue', { repo: 'r', title: G })`,
      '1:56 TS2322',
      `1:63 ${lost}`,
    ],
    ['added to text', `return 'x' + G`, `1:14 ${lost}`],
    ['added later', `const r = G\nlet s = ''\ns += r\nreturn s`, `3:6 ${lost}`],
    ['a list', 'const a = [G, L]\nreturn a', `2:8 ${lost}`],
    ['a list, awaited', 'return await [G]', `1:8 ${lost}`, `1:14 ${lost}`],
    ['negated', 'if (!G) return 1\nreturn 2', `1:6 ${lost}`],
    ['a condition of while', 'while (G) break', `1:8 ${lost}`],
    ['with a default', 'const r = G || []\nreturn r', `1:11 ${lost}`],
    ['with a nullish default', 'return G ?? []', `1:8 ${lost}`],
    ['compared with null', 'return G == null', `1:8 ${lost}`],
    ['compared with undefined', 'const r = G\nreturn undefined !== r', `2:22 ${lost}`],
    ['its type', 'return typeof G', `1:15 ${lost}`],
    ['its class', 'return G instanceof Array', `1:8 ${lost}`],
    ['its members', `return 'x' in G`, `1:15 ${lost}`],
    ['its keys', 'for (const k in G) console.log(k)', `1:17 ${lost}`],
    ['before a comma', 'return (G, 1)', `1:9 ${lost}`],
    ['thrown', `throw new Error('x' + G)`, `1:23 ${lost}`],
    ['an object in a variable', 'const o = { a: G, b: 1 }\nreturn o', `2:8 ${lost}`],
    [
      'an object from a function',
      'const f = async () => ({ a: G })\nreturn await f()',
      `2:8 ${lost}`,
    ],
    ['an object exported', 'const o = { a: G }\nexport default o', `2:16 ${lost}`],
    ['an object at the end', 'const o = { a: G }\no', `2:1 ${lost}`],
    ['a map', `return ['a'].map(repo => L)`, `1:8 ${lost}`],
    ['a map in a variable', `const r = ['a'].map(repo => L)\nreturn { r }`, `2:10 ${lost}`],
    ['a map, counted', `const r = ['a'].map(repo => L)\nreturn r.length`, `1:11 ${lost}`],
    [
      'a map of async functions',
      `const r = ['a'].map(async x => { await G; return x })\nreturn r.filter(Boolean)`,
      `2:8 ${lost}`,
    ],
    ['a map as a statement', `['a'].map(x => G)\nreturn 1`, `1:1 ${lost}`],
    ['a map, awaited', `const r = await ['a'].map(x => G)\nreturn 1`, `1:17 ${lost}`],
    ['a map in JSON', `return JSON.stringify(['a'].map(x => G))`, `1:23 ${lost}`],
    ['a map, joined', `return ['a'].map(x => G).join()`, `1:8 ${lost}`],
    [
      'a map in a map',
      `return await Promise.all([['a']].map(xs => xs.map(x => G)))`,
      `1:8 ${lost}`,
    ],
    ['forEach', `['a'].forEach(x => G)\nreturn 1`, `1:15 ${lost}`],
    [
      'forEach with an async function',
      `const out = []\n;['a'].forEach(async x => { out.push(await G) })\nreturn out`,
      `2:16 ${lost}`,
    ],
    ['filter', `return ['a'].filter(async x => (await G) !== null)`, `1:21 ${lost}`],
    [
      'a list that is pushed to',
      `const out: unknown[] = []\nfor (const x of ['a']) out.push(G)\nreturn out`,
      `2:33 ${lost}`,
    ],
    [
      'an object that is filled',
      `const out: Record<string, unknown> = {}\nfor (const x of ['a']) out[x] = G\nreturn out`,
      `2:33 ${lost}`,
    ],
    [
      'a type alias',
      'type P = Promise<number>\nconst f = (): P => Promise.resolve(1)\nf()\nreturn 1',
      `3:1 ${lost}`,
    ],
  ])('%s', async (_, template, ...places) => {
    expect(await placesOf(template)).toEqual(places)
  })
})

describe('a promise that somebody waits for passes', () => {
  test.each([
    ['later', 'const p = G\nconsole.log(1)\nreturn await p'],
    [
      'in a list',
      `const ps: any[] = []\nfor (const x of ['a']) ps.push(G)\nreturn await Promise.all(ps)`,
    ],
    ['in an object', `const o = { a: G, b: L }\nreturn { a: await o.a, b: await o.b }`],
    [
      'in a record',
      `const ps: Record<string, Promise<unknown>> = {}\nps.a = G\nfor (const p of Object.values(ps)) await p`,
    ],
    ['in a map', `const ps = new Map()\nps.set('a', G)\nfor (const [, p] of ps) await p`],
    ['in a set', `const ps = new Set()\nps.add(G)\nawait Promise.race(ps)`],
    [
      'in a cache',
      `const cache = {}\nconst get = k => cache[k] || (cache[k] = G)\nreturn await get('a')`,
    ],
    ['in a function', 'async function wait(p: any) { return await p }\nreturn wait(G)'],
    [
      'in a race',
      `const late = (p, ms) => Promise.race([p, new Promise((_, no) => setTimeout(no, ms))])\nreturn await late(G, 9)`,
    ],
    ['in for await', `for await (const r of ['a'].map(x => G)) console.log(r)`],
    [
      'one by one',
      `const ps = ['a'].map(x => G)\nconst out = []\nfor (const p of ps) out.push(await p)\nreturn [ps.length, out]`,
    ],
    ['behind a cast', 'return (await (G as any)).x'],
    ['in a cast function', 'const f = async () => G as any\nreturn (await f()).x'],
    ['by then', 'return G.then(r => [r]).catch(() => null)'],
    [
      'by who made the promise',
      'return await new Promise((resolve, reject) => { G.then(resolve, reject) })',
    ],
    ['by the caller', 'return Promise.all([G, L])'],
    [
      'by a method that awaits',
      'class A { async find(f: (n: number) => Promise<boolean>) { return await f(1) } }\nreturn await new A().find(async n => n > 1)',
    ],
    ['settled', `const rs = await Promise.allSettled([G])\nreturn rs`],
    [
      'behind a function',
      `const steps = [{ run: () => G }]\nconsole.log(steps)\nreturn await steps[0].run()`,
    ],
  ])('%s', async (_, template) => {
    expect(await placesOf(template)).toEqual([])
  })
})

describe('messages', () => {
  test.each([
    [
      'const a = [G]\nreturn a',
      `"a" holds promises whose results are lost here; await each, or a list with await Promise.all(a)`,
    ],
    [
      'const r = G\nreturn 1',
      `Tool "read_graph" returns a promise whose result is lost here; write await callTool('memory', 'read_graph', {})`,
    ],
    [
      `['a'].forEach(async x => { await G })\nreturn 1`,
      `"forEach" does not wait for the promise that its callback returns; use for (const … of …) with await inside, or map and await Promise.all(…)`,
    ],
  ])('%s', async (template, message) => {
    const result = await checker.check({ source: programOf(template), declarations })
    expect(result).toMatchObject({ status: 'rejected', diagnostics: [{ message }] })
  })
})
