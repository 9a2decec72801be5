/** A Node that runs TypeScript files by itself: this one, or one from npm kept in .cache; undefined where it cannot be had. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../.cache/node24', import.meta.url))

export function node24(): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  const binary = join(folder, 'node_modules', name, 'bin/node')
  if (!existsSync(binary)) install(name)
  return existsSync(binary) ? binary : undefined
}

function install(name: string): void {
  mkdirSync(folder, { recursive: true })
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent']
  spawnSync('npm', ['install', '--prefix', folder, ...quiet, `${name}@24`], { stdio: 'ignore' })
}
