import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { compilerExecutable, createChecker, readLanguageLib } from '../../src/typecheck/index.ts'
import { declarations } from './declarations.ts'

const deps = {
  executable: compilerExecutable(process.platform, process.arch),
  platform: process.platform,
  readLib: readLanguageLib,
  // What is right or wrong is so however busy the machine is.
  deadlineMs: 20_000,
  startDeadlineMs: 25_000,
}
const spinning = `return ${'a?b:'.repeat(15_000)}1`

/** Command lines of everything below a process. */
function processesBelow(pid: number): { readonly pid: number; readonly command: string }[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(row => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [])
    .map(([, id, parent, command = '']) => ({ pid: Number(id), parent: Number(parent), command }))
  const below = new Set([pid])
  for (const row of rows) if (below.has(row.parent)) below.add(row.pid)
  return rows.filter(row => below.has(row.pid) && row.pid !== pid)
}

function compilersBelow(pid: number): number[] {
  return processesBelow(pid)
    .filter(({ command }) => command.includes('--api'))
    .map(row => row.pid)
}

async function gone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000, interval: 20 }).toEqual([])
}

function isAlive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    return !state.startsWith('Z')
  } catch {
    return false
  }
}

test('a program that keeps the compiler busy is given up at the deadline, and the next check is right', async () => {
  using checker = createChecker({ ...deps, deadlineMs: 3000 })
  await checker.warmUp(declarations)
  const before = compilersBelow(process.pid)
  expect(await checker.check({ source: spinning, declarations })).toEqual({
    status: 'unchecked',
    reason: 'Cannot check the program: it took longer than 3000 ms',
  })
  await gone(before)
  expect((await checker.check({ source: 'return nope_', declarations })).status).toBe('rejected')
  expect(checker.stats().starts).toBe(2)
})

test('a check that waited for a start in vain does not wait for a second one; the next tries again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'silent-compiler-'))
  const executable = join(folder, 'tsc')
  await writeFile(executable, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 })
  using checker = createChecker({ ...deps, executable, startDeadlineMs: 200 })
  const overdue = {
    status: 'unchecked',
    reason: 'Cannot check the program: it took longer than 200 ms',
  }
  const warming = checker.warmUp(declarations)
  expect(await checker.check({ source: 'return 1', declarations })).toEqual(overdue)
  await warming
  expect(checker.stats().starts).toBe(1)
  expect(await checker.check({ source: 'return 1', declarations })).toEqual(overdue)
  expect(checker.stats().starts).toBe(2)
  await rm(folder, { recursive: true })
})

test('disposing the checker ends its processes', async () => {
  const checker = createChecker(deps)
  await checker.warmUp(declarations)
  const running = compilersBelow(process.pid)
  expect(running.length).toBeGreaterThan(0)
  checker[Symbol.dispose]()
  await gone(running)
})

test('SIGKILL of our process ends a compiler that spins', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', `${import.meta.dirname}/spin.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const running = compilersBelow(child.pid ?? 0)
  expect(running.length).toBeGreaterThan(0)
  // It spins once it has used a second of processor time.
  await expect
    .poll(
      () => execFileSync('ps', ['-o', 'times=', '-p', running.join(',')], { encoding: 'utf8' }),
      { timeout: 20_000 },
    )
    .toMatch(/[1-9]/)
  child.kill('SIGKILL')
  await gone(running)
})

test('a compiler that dies is replaced', async () => {
  using checker = createChecker(deps)
  await checker.warmUp(declarations)
  const running = compilersBelow(process.pid)
  for (const pid of running) process.kill(pid, 'SIGKILL')
  await gone(running)
  expect((await checker.check({ source: 'return nope_', declarations })).status).toBe('rejected')
})

test('without a compiler programs are unchecked, and say why', async () => {
  using checker = createChecker({ ...deps, executable: undefined })
  expect(await checker.check({ source: 'nope_', declarations })).toEqual({
    status: 'unchecked',
    reason: 'this platform has no type checker',
  })
})

test('an aborted check throws the reason', async () => {
  using checker = createChecker(deps)
  await checker.warmUp(declarations)
  const controller = new AbortController()
  const check = checker.check({ source: spinning, declarations, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(check).rejects.toThrow('enough')
})

test.each([
  { source: '('.repeat(201) + ')'.repeat(201), codes: ['NESTED_TOO_DEEP'] },
  { source: `return ${'('.repeat(200)}1${')'.repeat(200)}`, codes: [] },
  { source: `//${'x'.repeat(64 * 1024 - 2)}`, codes: [] },
  { source: `//${'x'.repeat(64 * 1024 - 1)}`, codes: ['SOURCE_TOO_LARGE'] },
])(
  'size and depth are refused before the compiler sees them: $codes',
  async ({ source, codes }) => {
    using checker = createChecker({ ...deps, maxSourceBytes: 64 * 1024 })
    const result = await checker.check({ source, declarations })
    expect(result.status === 'rejected' ? result.diagnostics.map(({ code }) => code) : []).toEqual(
      codes,
    )
    expect(checker.stats().starts).toBe(codes.length === 0 ? 1 : 0)
  },
)

test('the same program is checked once', async () => {
  using checker = createChecker(deps)
  const check = { source: 'return 1', declarations }
  await checker.check(check)
  await checker.check(check)
  await checker.check({ source: 'return 1', declarations: { ...declarations, digest: 'other' } })
  expect(checker.stats()).toEqual({ checks: 3, cacheHits: 1, cacheMisses: 2, starts: 1 })
})

test('modules that changed under the same path are read again', async () => {
  using checker = createChecker(deps)
  const source = `import { createIssue } from '/mcp-tools/servers/github/createIssue.ts'\nexport default await createIssue({ repo: 'r', title: 't' })`
  expect(await checker.check({ source, declarations })).toEqual({ status: 'passed' })
  const modules = new Map(declarations.modules).set(
    '/mcp-tools/servers/github/createIssue.ts',
    'export declare const createIssue: (params: { repo: string }) => Promise<unknown>',
  )
  const changed = { ...declarations, digest: 'changed', modules }
  expect((await checker.check({ source, declarations: changed })).status).toBe('rejected')
})
