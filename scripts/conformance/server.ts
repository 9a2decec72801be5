/**
 * `npm run conformance:server`: the official suite against our server, against our server in front of a fixture server
 * that has the suite's own tools, and against that fixture alone, in every revision each suite version covers.
 * Ends with `N passed, N failed`; a scenario counts as failed when it applies and does not pass.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import buildTestServers from '../../test/build-servers.ts'
import { build } from '../build.ts'
import { checksNotApplicable, whyNotApplicable } from './not-applicable.ts'
import { type ScenarioResult, type SuiteVersion, installSuite, parseResults } from './suite.ts'

interface Run {
  readonly version: SuiteVersion
  readonly revision: string
  readonly flags: readonly string[]
}

const runs: readonly Run[] = [
  { version: '0.1.16', revision: '2025-11-25', flags: ['--spec-version', '2025-11-25'] },
  { version: '0.2.0-alpha.12', revision: '2025-11-25', flags: ['--requirements', '2025-11-25'] },
  { version: '0.2.0-alpha.12', revision: '2026-07-28', flags: ['--requirements', '2026-07-28'] },
]

const cli = 'dist/bin/mcp-execution-cli.js'
const fixture = join(process.cwd(), '.cache/servers/conformance-fixture.mjs')

await Promise.all([build(), buildTestServers()])
const home = await mkdtemp(join(tmpdir(), 'conformance-home-'))
const config = join(home, 'servers.json')
const fixtureEntry = { command: process.execPath, args: [fixture] }
await writeFile(config, JSON.stringify({ mcpServers: { fixture: fixtureEntry } }))
const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: '', MCP_EXECUTION_NO_DAEMON: '1' }
const children: ChildProcess[] = []

const serve = [cli, 'serve', '--http', '--port', '0', '--config', config]
const targets = {
  own: await start(serve),
  through: await start([...serve, '--expose', 'fixture']),
  fixture: await start([fixture, 'http']),
}
let passed = 0
let failed = 0
for (const run of runs) await report(run)
for (const child of children) child.kill()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function report({ version, revision, flags }: Run): Promise<void> {
  const suite = await installSuite(version)
  const resultsOf = async (url: string): Promise<ScenarioResult[]> =>
    parseResults(await suite.run(['server', '--url', url, ...flags]))
  const own = await resultsOf(targets.own)
  const through = byName(await resultsOf(targets.through))
  const alone = byName(await resultsOf(targets.fixture))
  console.log(
    `\nsuite ${version}, revision ${revision}\n${'scenario'.padEnd(48)} ours  through  fixture alone`,
  )
  for (const result of own) {
    const { scenario } = result
    const cells = [
      verdict(result, whyNotApplicable(scenario, false)),
      verdict(through.get(scenario), whyNotApplicable(scenario, true)),
    ]
    for (const cell of cells) {
      if (cell === 'pass') passed += 1
      if (cell === 'FAIL') failed += 1
    }
    const [ours = '', passedThrough = ''] = cells
    const direct = alone.get(scenario)?.failed === 0 ? 'pass' : 'fail'
    console.log(`${scenario.padEnd(48)} ${ours.padEnd(5)} ${passedThrough.padEnd(8)} ${direct}`)
  }
}

function verdict(result: ScenarioResult | undefined, reason: string | undefined): string {
  if (result !== undefined && result.failed <= checksNotApplicable(result.scenario)) return 'pass'
  return reason === undefined ? 'FAIL' : 'n/a'
}

function byName(results: readonly ScenarioResult[]): Map<string, ScenarioResult> {
  return new Map(results.map(result => [result.scenario, result]))
}

/** Starts a server and resolves with the address it prints. */
async function start(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return await new Promise((resolve, reject) => {
    const look = (line: string): void => {
      const url = /http:\/\/\S+\/mcp/.exec(line)?.[0]
      if (url !== undefined) resolve(url)
    }
    createInterface(child.stdout).on('line', look)
    createInterface(child.stderr).on('line', look)
    child.once('exit', code => reject(new Error(`${args.join(' ')} ended with ${code}`)))
  })
}
