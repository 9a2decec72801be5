/**
 * `npm run conformance:client [scenario…]`: the official suite against our client, in every revision each suite version
 * covers. Ends with `N passed, N failed`; exits 1 if a scenario that applies does not pass.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

import { installSuite, type Suite, type SuiteVersion } from './suite.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const rounds: readonly (readonly [SuiteVersion, revision: string])[] = [
  ['0.1.16', '2025-11-25'],
  ['0.2.0-alpha.12', '2025-11-25'],
  ['0.2.0-alpha.12', '2026-07-28'],
]

/** Extensions we do not implement; the reasons stand in docs/reference/conformance.md. */
const notOurs = /^(?:auth\/(?:client-credentials|cross-app|enterprise-managed|dpop|wif-)|sep-2640-)/

async function main(): Promise<void> {
  const wanted = new Set(process.argv.slice(2))
  const program = await bundleClient()
  let passed = 0
  let failed = 0
  for (const [version, revision] of rounds) {
    const suite = await installSuite(version)
    for (const scenario of await scenariosOf(suite, revision)) {
      if (wanted.size > 0 && !wanted.has(scenario)) continue
      const failure = await runScenario(suite, { program, revision, scenario })
      if (failure === undefined) passed += 1
      else failed += 1
      say(`${failure === undefined ? 'pass' : 'FAIL'} ${version} ${revision} ${scenario}`)
      if (failure !== undefined) say(failure.replaceAll(/^/gm, '     '))
    }
  }
  say(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
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

async function scenariosOf(suite: Suite, revision: string): Promise<readonly string[]> {
  const listed = await suite.run(['list', '--client', '--spec-version', revision])
  const names = [...listed.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name)
  return names.filter(name => !notOurs.test(name))
}

interface Scenario {
  readonly program: string
  readonly revision: string
  readonly scenario: string
}

/** What the suite printed, where it did not pass. */
async function runScenario(
  suite: Suite,
  { program, revision, scenario }: Scenario,
): Promise<string | undefined> {
  const command = `${process.execPath} ${program}`
  const flags = ['--command', command, '--scenario', scenario, '--spec-version', revision]
  const output = await suite.run(['client', ...flags])
  return output.includes('OVERALL: PASSED') ? undefined : output
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
