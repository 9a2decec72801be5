/**
 * `npm run test:nodes [22 24 26]`: the whole suite on other Node versions, their binaries taken from the npm registry into a
 * temporary folder. Ends with a line for each, and with exit 1 where one failed.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { build } from './build.ts'

const run = promisify(execFile)
const asked = process.argv.slice(2)
const versions = asked.length === 0 ? ['22', '24', '26'] : asked

await build()
const failed: string[] = []
for (const version of versions) {
  const node = await install(version)
  const { stdout } = await run(node, ['--version'])
  const code = await suite(node)
  console.log(`node ${stdout.trim()}: ${code === 0 ? 'passed' : `failed (exit ${code})`}`)
  if (code !== 0) failed.push(version)
}
process.exitCode = failed.length === 0 ? 0 : 1

async function install(version: string): Promise<string> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(tmpdir(), `mcp-execution-node-${version}`)
  const node = join(folder, 'node_modules', name, 'bin', 'node')
  if (existsSync(node)) return node
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  await run('npm', ['install', ...flags, `${name}@${version}`], { cwd: folder })
  return node
}

// First on the PATH, too: servers and tool files are started by name.
async function suite(node: string): Promise<number> {
  const PATH = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  const vitest = 'node_modules/vitest/vitest.mjs'
  const child = spawn(node, [vitest, 'run'], { stdio: 'inherit', env: { ...process.env, PATH } })
  return await new Promise(resolve => child.once('close', code => resolve(code ?? 1)))
}
