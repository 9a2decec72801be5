/**
 * What checking a program costs: 50 lines against 100 tools, warm; and the first check of a process. Our way (the TypeScript 7
 * process spoken to directly) beside the same compiler through its own client, and beside TypeScript 6's language service
 * where its folder is given: `npx tsx bench/typecheck.ts [folder of typescript 6]`. Medians of one run; read the ratios.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Checker } from '../src/typecheck/index.ts'
import { compilerExecutable, createChecker, readLanguageLib } from '../src/typecheck/index.ts'
import { catalog, declarationsOf } from '../test/typecheck/declarations.ts'

const rounds = 40
const toolCount = 100
const typescript6 = process.argv[2]

const tools = Array.from({ length: toolCount }, (_, index) => ({
  name: `tool_${index}`,
  input: {
    type: 'object',
    properties: {
      owner: { type: 'string' },
      repo: { type: 'string' },
      labels: { type: 'array', items: { type: 'string' } },
      page: { type: 'integer' },
      state: { enum: ['open', 'closed', 'all'] },
    },
    required: ['owner', 'repo'],
  },
  output: {
    type: 'object',
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          properties: { id: { type: 'number' }, title: { type: 'string' } },
          required: ['id', 'title'],
        },
      },
    },
    required: ['items'],
  },
}))
const declarations = declarationsOf([catalog('bench', tools)])

/** Fifty lines, different each time, so that no cache answers. */
function program(round: number): string {
  const lines = [`const seen = new Map<string, number>() // ${round}`]
  for (let index = 0; index < 16; index++) {
    lines.push(
      `const r${index} = await callTool('bench', 'tool_${(index * 7 + round) % toolCount}', { owner: 'o', repo: 'r', page: ${index} })`,
      `for (const item of r${index}.items) seen.set(item.title, (seen.get(item.title) ?? 0) + item.id)`,
      `if (r${index}.items.length > ${round}) console.log('many', r${index}.items.map(i => i.id).join(','))`,
    )
  }
  return [...lines, 'return [...seen.entries()]'].join('\n')
}

const wrong = (round: number): string => program(round).replace("owner: 'o'", "ownr: 'o'")

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

function open(): Checker {
  return createChecker({
    executable: compilerExecutable(process.platform, process.arch),
    platform: process.platform,
    readLib: readLanguageLib,
    deadlineMs: 60_000,
    startDeadlineMs: 60_000,
  })
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function warm(
  check: (source: string) => unknown,
  source: (round: number) => string,
): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await timed(() => check(source(round))))
  return median(times)
}

function line(what: string, ms: number): void {
  console.log(`${what.padEnd(58)}${ms.toFixed(1).padStart(8)} ms`)
}

async function ours(): Promise<void> {
  const cold: number[] = []
  for (let round = 0; round < 7; round++) {
    using checker = open()
    cold.push(
      await timed(async () => await checker.check({ source: program(round), declarations })),
    )
  }
  using checker = open()
  await checker.warmUp(declarations)
  const check = async (source: string): Promise<unknown> =>
    await checker.check({ source, declarations })
  line('ours: first check of a process, start included', median(cold))
  line('ours: 50 lines, 100 tools, warm, right', await warm(check, program))
  line('ours: 50 lines, 100 tools, warm, one error', await warm(check, wrong))
}

interface Files {
  readonly [path: string]: string
}

const tsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    noLib: true,
    types: [],
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    noEmit: true,
  },
  files: ['lib0.d.ts', 'lib1.d.ts', 'tools.d.ts', 'program.ts'],
})

async function files(source: string): Promise<Record<string, string>> {
  const [lib0 = '', lib1 = ''] = await readLanguageLib()
  const text = `declare const console: { log(...values: unknown[]): void }\n${declarations.text}`
  return {
    '/p/tsconfig.json': tsconfig,
    '/p/lib0.d.ts': lib0,
    '/p/lib1.d.ts': lib1,
    '/p/tools.d.ts': text,
    '/p/program.ts': source,
  }
}

/** The program without its `return`: a module for both. */
const asModule = (source: string): string => source.replace(/return (.*)$/, 'export default $1')

async function officialClient(): Promise<void> {
  const { API } = await import('typescript/unstable/sync')
  const memory = await files('')
  const fs = {
    readFile: (path: string) => memory[path] ?? null,
    fileExists: (path: string) => path in memory,
    directoryExists: (path: string) => path === '/p' || path === '/',
  }
  const start = performance.now()
  const api = new API({ cwd: '/', fs })
  const check = (source: string): void => {
    memory['/p/program.ts'] = asModule(source)
    const snapshot = api.updateSnapshot({
      openProject: '/p/tsconfig.json',
      fileChanges: { changed: ['/p/program.ts'] },
    })
    const found =
      snapshot.getProject('/p/tsconfig.json')?.program.getSemanticDiagnostics('/p/program.ts') ?? []
    if (found.length > 0 && !source.includes('ownr')) throw new Error(found[0]?.text)
    snapshot.dispose()
  }
  check(program(0))
  line('TypeScript 7 client: first check (import not counted)', performance.now() - start)
  line('TypeScript 7 client: 50 lines, 100 tools, warm', await warm(check, program))
  api.close()
}

async function languageService(folder: string): Promise<void> {
  const start = performance.now()
  const ts = createRequire(import.meta.url)(join(folder, 'lib/typescript.js'))
  const memory: Files & Record<string, string> = await files('')
  let version = 0
  const host = {
    getScriptFileNames: () => Object.keys(memory).filter(path => path.endsWith('.ts')),
    getScriptVersion: (path: string) => (path === '/p/program.ts' ? String(version) : '0'),
    getScriptSnapshot: (path: string) =>
      path in memory ? ts.ScriptSnapshot.fromString(memory[path]) : undefined,
    getCurrentDirectory: () => '/p',
    getCompilationSettings: () => ({
      strict: true,
      noLib: true,
      types: [],
      target: 99,
      module: 99,
      moduleResolution: 100,
      moduleDetection: 3,
      noEmit: true,
    }),
    getDefaultLibFileName: () => '/p/lib0.d.ts',
    fileExists: (path: string) => path in memory,
    readFile: (path: string) => memory[path],
  }
  const service = ts.createLanguageService(host)
  const check = (source: string): void => {
    memory['/p/program.ts'] = asModule(source)
    version++
    const found = service.getSemanticDiagnostics('/p/program.ts')
    if (found.length > 0 && !source.includes('ownr')) throw new Error(String(found[0].messageText))
  }
  check(program(0))
  line(`TypeScript ${ts.version} service: first check, import included`, performance.now() - start)
  line(`TypeScript ${ts.version} service: 50 lines, 100 tools, warm`, await warm(check, program))
  console.log(`  this process now holds ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
}

console.log(
  `declarations of ${toolCount} tools: ${(declarations.text.length / 1000).toFixed(0)} KB; language library ${(readFileSync(new URL('../dist/assets/language-lib.json', import.meta.url)).length / 1000).toFixed(0)} KB\n`,
)
await ours()
await officialClient()
if (typescript6 !== undefined) await languageService(typescript6)
