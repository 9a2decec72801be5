/**
 * Bundles src/ into dist/: entry points and binaries share files, so that a command loads only what it runs; workers have their own.
 * `await build()` is also what the test suite calls before it starts; the command line is `npm run build`.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { isolatedDeclaration } from 'rolldown/experimental'

import { bundle, type Entries } from './bundle.ts'
import { languageLib } from './language-lib.ts'
import { buildSandboxAssets } from './sandbox-assets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What an installation imports or starts by name. */
const commandLine: Entries = {
  index: 'src/index.ts',
  codegen: 'src/codegen/index.ts',
  sandbox: 'src/sandbox/index.ts',
  server: 'src/server/index.ts',
  'bin/mcp-execution': 'src/cli/mcp-execution.ts',
  'bin/mcp-execution-cli': 'src/cli/mcp-execution-cli.ts',
}

/** The most frequent first: what a warm call loads is one file. */
const journeys: readonly (readonly string[])[] = [
  ['src/cli/mcp-execution-cli.ts', 'src/cli/commands/run-call.ts'],
  ['src/cli/head-start.ts'],
  ['src/cli/main.ts', 'src/cli/commands/execute.ts'],
  ['src/cli/main.ts', 'src/cli/commands/generate.ts'],
  ['src/daemon/local-caller.ts'],
]

/** What runs in a process or thread of its own, loaded by path from dist/ (see src/package-root.ts). */
const workers: readonly Entries[] = [
  { 'workers/daemon': 'src/daemon/main.ts' },
  { 'workers/validation': 'src/catalog/validation-worker.ts' },
  { 'workers/quickjs': 'src/sandbox/quickjs/worker.ts' },
  { 'workers/wasm': 'src/sandbox/wasm/worker.ts' },
  { 'workers/demo-server': 'src/cli/demo/server.ts' },
]

export async function build(): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {
    dependencies: Record<string, string>
  }
  await rm(`${root}dist`, { recursive: true, force: true })
  const options = { root, external: Object.keys(dependencies) }
  await bundle(commandLine, { ...options, journeys })
  for (const worker of workers) await bundle(worker, options)
  await bundleRuntime()
  await buildSandboxAssets(root)
  await writeFile(`${root}dist/assets/language-lib.json`, await languageLib())
}

/**
 * Generated trees carry the runtime as a door and JavaScript behind it: Node strips types module by module, at a price that
 * grows with the text. What a warm call needs is one file, its types beside it; what it does not is loaded when needed.
 */
async function bundleRuntime(): Promise<void> {
  const source = `${root}src/runtime/mcp-bridge.ts`
  const folder = `${root}dist/assets/runtime`
  await bundle({ 'bound-tool': 'src/runtime/mcp-bridge.ts' }, { root, external: [], into: folder })
  const { code, errors } = await isolatedDeclaration(source, await readFile(source, 'utf8'))
  if (errors.length > 0) throw new Error(`${source}: ${String(errors[0]?.message)}`)
  await writeFile(`${folder}/bound-tool.d.mts`, code)
  await writeFile(`${folder}/mcp-bridge.ts`, runtimeDoor)
}

const runtimeDoor = `/** What a generated tool file runs on; no dependency but Node's built-ins. Here is what it gives, beside it what it does. */
export { type Tool, tool, ToolError, type TypedTool } from './bound-tool.mjs'
`

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
