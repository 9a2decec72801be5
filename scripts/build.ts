/**
 * Bundles src/ into dist/: entry points, binaries and workers share chunks, so that a command loads only what it runs.
 * `await build()` is also what the test suite calls before it starts; the command line is `npm run build`.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { build as esbuild } from 'esbuild'

import { languageLib } from './language-lib.ts'
import { buildSandboxAssets } from './sandbox-assets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Output name → source; workers are loaded by path from dist/ (see src/package-root.ts). */
const entryPoints: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  codegen: 'src/codegen/index.ts',
  sandbox: 'src/sandbox/index.ts',
  server: 'src/server/index.ts',
  'workers/validation': 'src/catalog/validation-worker.ts',
  'workers/demo-server': 'src/cli/demo/server.ts',
  'workers/quickjs': 'src/sandbox/quickjs/worker.ts',
  'workers/wasm': 'src/sandbox/wasm/worker.ts',
  'bin/mcp-execution': 'src/cli/mcp-execution.ts',
  'bin/mcp-execution-cli': 'src/cli/mcp-execution-cli.ts',
  'workers/daemon': 'src/daemon/main.ts',
}

export async function build(): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {
    dependencies: Record<string, string>
  }
  await rm(`${root}dist`, { recursive: true, force: true })
  await esbuild({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // jsonc-parser's CommonJS build asks for its parts in a way no bundler can follow.
    mainFields: ['module', 'main'],
    target: 'node20.19',
    external: Object.keys(dependencies),
    alias: { '@modelcontextprotocol/client/_shims': `${root}scripts/sdk-client-shims.ts` },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    sourcemap: false,
    // Bundled CommonJS packages ask for Node built-ins through require.
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
    logLevel: 'warning',
  })
  await bundleRuntime()
  await buildSandboxAssets(root)
  await writeFile(`${root}dist/assets/language-lib.json`, await languageLib())
}

/**
 * Generated trees carry the runtime as a typed door and JavaScript behind it: Node strips types module by module, at a
 * price each. What a warm call needs is one file; what it does not is loaded when needed.
 */
async function bundleRuntime(): Promise<void> {
  const folder = `${root}dist/assets/runtime`
  await mkdir(folder, { recursive: true })
  await esbuild({
    absWorkingDir: root,
    entryPoints: ['src/runtime/bound-tool.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    logLevel: 'warning',
  })
  const door = await readFile(`${root}src/runtime/mcp-bridge.ts`, 'utf8')
  await writeFile(`${folder}/mcp-bridge.ts`, door.replace('./bound-tool.ts', './bound-tool.mjs'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
