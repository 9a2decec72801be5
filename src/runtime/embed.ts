/** The files of `_runtime/`, as generated trees carry them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { builtFile, packageVersion } from '../package-root.ts'

/** A file of a generated tree: its path in it, and its text. */
export interface RuntimeFile {
  readonly path: string
  readonly text: string
}

/** Every module of the runtime as it is written, its door first. */
export const runtimeModules: readonly string[] = [
  'mcp-bridge.ts',
  'arguments.ts',
  'bound-tool.ts',
  'check-arguments.ts',
  'daemon-files.ts',
  'daemon-link.ts',
  'daemon-start.ts',
  'direct.ts',
  'direct-http.ts',
  'direct-stdio.ts',
  'entry.ts',
  'env-file.ts',
  'known-schema.ts',
  'program.ts',
  'result.ts',
  'trace.ts',
  'wire.ts',
]

/** The runtime, stamped with our version; a tree needs no type definitions of Node to type-check with it. */
export function runtimeFiles(): readonly RuntimeFile[] {
  const stamp = `// @ts-nocheck -- mcp-execution ${packageVersion()}; made for trees without type definitions of Node\n`
  const { folder, names } = runtimeSource()
  return names.map(name => ({
    path: `_runtime/${name}`,
    text: stamp + readFileSync(join(folder, name), 'utf8'),
  }))
}

// In our own checkout the modules lie beside this one; the built package carries the door and what is bundled behind it.
function runtimeSource(): { readonly folder: string; readonly names: readonly string[] } {
  const beside = fileURLToPath(new URL('.', import.meta.url))
  if (existsSync(join(beside, 'mcp-bridge.ts'))) return { folder: beside, names: runtimeModules }
  const folder = builtFile('assets/runtime')
  return { folder, names: readdirSync(folder).toSorted() }
}
