/** Where our own package lies, in source form and bundled alike: built assets and workers are found from here. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Absolute path of a built file, such as `builtFile('workers/sandbox.js')` → …/dist/workers/sandbox.js. */
export function builtFile(name: string): string {
  return join(packageRoot(), 'dist', name)
}

/** Our version, as package.json has it. */
export function packageVersion(): string {
  const json: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  const hasVersion = typeof json === 'object' && json !== null && 'version' in json
  return hasVersion ? String(json.version) : '0.0.0'
}

function packageRoot(): string {
  let folder = here
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder)
  }
  return folder
}
