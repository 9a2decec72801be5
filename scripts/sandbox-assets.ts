/** What the sandbox needs beside its code: the engine, metered, and the prelude every program finds. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'

import { build as esbuild } from 'esbuild'

import { meterModule } from '../src/sandbox/metering/index.ts'
import { takeImage } from '../src/sandbox/quickjs/boot-image.ts'

/** The one build of QuickJS-NG this project has tested: quickjs-wasi 3.6.2. */
const pinned = 'd4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9'

/** 512 MiB, the most any profile allows, and room to tell that it was too little. */
const maxPages = 8192 + 256

/** Writes dist/assets/quickjs-metered.wasm and dist/assets/guest-prelude.js. */
export async function buildSandboxAssets(root: string): Promise<void> {
  const assets = `${root}dist/assets`
  await mkdir(assets, { recursive: true })
  const source = await readFile(`${root}node_modules/quickjs-wasi/quickjs.wasm`)
  const found = createHash('sha256').update(source).digest('hex')
  if (found !== pinned) {
    throw new Error(`quickjs.wasm is not the pinned build: ${found}, expected ${pinned}`)
  }
  const { bytes } = meterModule(source, { costs: 'unit', maxPages })
  await writeFile(`${assets}/quickjs-metered.wasm`, bytes)
  const digest = createHash('sha256').update(bytes).digest('hex')
  await writeFile(`${assets}/quickjs-metered.wasm.sha256`, `${digest}  quickjs-metered.wasm\n`)
  const { bytes: image, ...rest } = takeImage(
    new WebAssembly.Module(Uint8Array.from(bytes)),
    await bundlePrelude(root),
  )
  await writeFile(`${assets}/quickjs-image.bin`, image)
  await writeFile(`${assets}/quickjs-image.json`, JSON.stringify(rest))
}

/** One expression whose value is the prelude's exports. */
async function bundlePrelude(root: string): Promise<string> {
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    entryPoints: ['src/sandbox/quickjs/guest/prelude.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'prelude',
    target: 'es2023',
    minify: true,
    logLevel: 'warning',
  })
  return `(function () { ${outputFiles[0]?.text ?? ''}; return prelude })()`
}
