/**
 * Before the behaviour tests: builds dist/, and bundles each test/servers/*.ts to .cache/servers/*.mjs, so that a test
 * server starts as fast as plain Node does.
 */
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { build as esbuild } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

export default async function setup(): Promise<void> {
  const files = await readdir(`${root}test/servers`)
  const entryPoints = files.filter(file => file.endsWith('.ts')).map(file => `test/servers/${file}`)
  await esbuild({
    absWorkingDir: root,
    entryPoints,
    outdir: '.cache/servers',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
    logLevel: 'warning',
  })
}
