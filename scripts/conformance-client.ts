/**
 * The official conformance suite against our client: installs its latest release and its newest pre-release, and a Node
 * that both run on, into a temporary folder; runs every client scenario; exits 1 on a failure nobody expects.
 * `tsx scripts/conformance-client.ts [folder [scenario…]]` keeps the installation in `folder`, and runs only some scenarios.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { build } from 'esbuild'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

interface Suite {
  readonly name: string
  readonly version: string
  readonly specVersions: readonly string[]
}

const suites: readonly Suite[] = [
  { name: 'latest', version: 'latest', specVersions: ['2025-11-25'] },
  { name: 'next', version: '0.2.0-alpha.12', specVersions: ['2025-11-25', '2026-07-28'] },
]

/** Scenarios of extensions we do not implement, and of what only an SDK can own; the reasons stand in docs/reference/conformance.md. */
const notOurs = /^(?:auth\/(?:client-credentials|cross-app|enterprise-managed|dpop|wif-)|sep-2640-)/

async function main(): Promise<void> {
  const [given] = process.argv.slice(2)
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'conformance-')))
  try {
    const node = await installNode(join(folder, 'node'))
    const program = await bundleClient()
    let failed = 0
    for (const suite of suites) {
      const cli = await installSuite(join(folder, suite.name), suite)
      for (const specVersion of suite.specVersions) {
        failed += await runScenarios({ node, cli, program, specVersion, suite })
      }
    }
    process.exitCode = failed === 0 ? 0 : 1
  } finally {
    if (given === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  await run('npm', ['install', ...flags, ...packages], { cwd: folder })
}

async function installNode(folder: string): Promise<string> {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 22) return process.execPath
  const node = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node')
  if (!existsSync(node)) await install(folder, `node-${process.platform}-${process.arch}@22`)
  return node
}

async function installSuite(folder: string, { version }: Suite): Promise<string> {
  const cli = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
  if (!existsSync(cli)) await install(folder, `@modelcontextprotocol/conformance@${version}`)
  return cli
}

async function bundleClient(): Promise<string> {
  const outfile = join(root, '.cache/conformance/client.mjs')
  await build({
    entryPoints: [join(root, 'test/conformance/client.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
  })
  return outfile
}

interface Round {
  readonly node: string
  readonly cli: string
  readonly program: string
  readonly specVersion: string
  readonly suite: Suite
}

/** How many scenarios failed. */
async function runScenarios(round: Round): Promise<number> {
  const { node, cli, specVersion, suite } = round
  const { stdout } = await run(node, [cli, 'list', '--client', '--spec-version', specVersion])
  const scenarios = [...stdout.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name)
  const wanted = new Set(process.argv.slice(3))
  let failed = 0
  for (const scenario of scenarios) {
    if (notOurs.test(scenario) || (wanted.size > 0 && !wanted.has(scenario))) continue
    const failure = await runScenario(round, scenario)
    if (failure !== undefined) failed += 1
    const verdict = failure === undefined ? 'ok    ' : 'FAILED'
    process.stdout.write(`${verdict} ${suite.name} ${specVersion} ${scenario}\n${failure ?? ''}`)
  }
  return failed
}

async function runScenario(round: Round, scenario: string): Promise<string | undefined> {
  const { node, cli, program, specVersion } = round
  const command = `${process.execPath} ${program}`
  const flags = ['--command', command, '--scenario', scenario, '--spec-version', specVersion]
  try {
    await run(node, [cli, 'client', ...flags], { timeout: 120_000 })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = Object(error) as { stdout?: string; stderr?: string }
    return `${stdout}${stderr}`.replaceAll(/^/gm, '       ')
  }
}

await main()
