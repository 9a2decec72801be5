/** What `setup` looks at, one function each; none starts a server. */
import { access, chmod, constants, lstat, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { type Config, loadConfig, showTemplate } from '../config/index.ts'
import { packageVersion } from '../package-root.ts'
import { isAlive, readDaemonInfo } from '../runtime/index.ts'
import { cleanLine, showHome } from '../text/index.ts'
import { type GeneratedTree, listTrees } from '../trees/index.ts'
import { configDeps } from './chosen-server.ts'
import type { World } from './world.ts'

export interface Check {
  readonly name: string
  /** "missing" is worth doing something about; "failed" means that we cannot work. */
  readonly status: 'ok' | 'missing' | 'failed'
  readonly message: string
  /** A command, or what to do. */
  readonly next?: string
}

/** Every check, in the order a newcomer meets them. */
export async function runChecks(world: World, nodeVersion: string): Promise<readonly Check[]> {
  const config = await loadConfig(configDeps(world))
  const trees = await listTrees(world.places.serversDir)
  return [
    nodeCheck(nodeVersion),
    ...(await Promise.all(
      [world.places.stateDir, world.places.serversDir].map(folder => folderCheck(folder, world)),
    )),
    ...configChecks(config, world),
    treesCheck(trees, world),
    await bitsCheck(trees, world),
    daemonCheck(world),
    clientsCheck(config),
  ]
}

export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const atLeast = (wantedMajor: number, wantedMinor: number): boolean =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  if (!atLeast(20, 19)) {
    const next = 'install Node 20.19 or newer'
    return { name: 'node', status: 'failed', message: `Node ${version} is too old`, next }
  }
  const message = atLeast(22, 18)
    ? `Node ${version} runs everything, generated tool files included`
    : `Node ${version} runs everything but generated tool files by hand (that takes 22.18); "mcp-execution call" does the same`
  return { name: 'node', status: 'ok', message }
}

async function folderCheck(folder: string, { home }: World): Promise<Check> {
  const name = `folder ${basename(folder)}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK | constants.X_OK)
    return { name, status: 'ok', message: `${showHome(folder, home)} can be written` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message = `${showHome(folder, home)} cannot be written (${code})`
    return { name, status: 'failed', message, next: 'make it writable for yourself' }
  }
}

function configChecks({ servers, sources, problems }: Config, { home }: World): readonly Check[] {
  const files = sources.map(({ file }) => showHome(file, home)).join(', ')
  const found: Check =
    servers.length === 0
      ? {
          name: 'servers',
          status: 'missing',
          message: 'no server is configured in any client',
          next: 'mcp-execution generate --name files -- npx -y @modelcontextprotocol/server-filesystem .',
        }
      : {
          name: 'servers',
          status: 'ok',
          message: `${servers.length} configured${files === '' ? '' : ` in ${files}`}`,
        }
  const pending = servers.filter(({ state }) => state.status === 'pending')
  const waiting = pending.map(({ name }): Check => ({
    name: 'approval',
    status: 'missing',
    message: `${cleanLine(name)} comes from a project and is not approved`,
    next: 'mcp-execution server list',
  }))
  const broken = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message }): Check => ({
      name: 'config',
      status: 'missing',
      message: cleanLine(message),
    }))
  return [found, ...waiting, ...broken]
}

function treesCheck(trees: readonly GeneratedTree[], { home, places }: World): Check {
  const where = showHome(places.serversDir, home)
  if (trees.length > 0) {
    return { name: 'trees', status: 'ok', message: `${trees.length} generated in ${where}` }
  }
  const next = 'mcp-execution generate --all'
  return { name: 'trees', status: 'missing', message: `none generated in ${where}`, next }
}

/** Tool files that lost their executable bit, in a copy or an archive, get it back. */
async function bitsCheck(trees: readonly GeneratedTree[], { platform }: World): Promise<Check> {
  const name = 'executable'
  if (platform === 'win32') return { name, status: 'ok', message: 'not needed on Windows' }
  const files = trees.flatMap(({ dir, meta }) =>
    meta.tools.map(({ file }) => join(dir, basename(file))),
  )
  const repaired = await Promise.all(files.map(repair))
  const count = repaired.filter(Boolean).length
  const message =
    count === 0
      ? `${files.length} tool files can be run`
      : `${count} of ${files.length} tool files were made executable`
  return { name, status: 'ok', message }
}

async function repair(file: string): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined)
  if (stats === undefined || !stats.isFile() || (stats.mode & 0o100) !== 0) return false
  return await chmod(file, stats.mode | 0o111).then(
    () => true,
    () => false,
  )
}

function daemonCheck({ env, places }: World): Check {
  const name = 'daemon'
  const isOff = env['MCP_EXECUTION_NO_DAEMON'] === '1'
  if (isOff) return { name, status: 'ok', message: 'off (MCP_EXECUTION_NO_DAEMON=1)' }
  const info = readDaemonInfo(places.runDir, packageVersion())
  const isRunning = info !== undefined && isAlive(info.pid)
  const message = isRunning
    ? `running (process ${info.pid})`
    : 'not running; the first call starts it'
  return { name, status: 'ok', message }
}

/** Our binary by its path, or our package's name; a folder of that name given to another server is neither. */
export function startsUs(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const isOurs = /^(?:.*[/\\])?mcp-execution(?:@[^/\\]*|\.js|\.cmd|\.exe)?$/.test(word)
    return isOurs && (words[index + 1] === 'serve' || index === 0 || !/[/\\]/.test(word))
  })
}

/** Whether some client starts us as its MCP server. */
function clientsCheck({ servers }: Config): Check {
  const ours = servers.filter(
    ({ state }) =>
      'definition' in state &&
      state.definition.transport.type === 'stdio' &&
      startsUs(
        [state.definition.transport.command, ...state.definition.transport.args].map(showTemplate),
      ),
  )
  if (ours.length > 0) {
    const clients = [...new Set(ours.map(({ origin }) => origin.client))].join(', ')
    return { name: 'clients', status: 'ok', message: `our server is configured in ${clients}` }
  }
  return {
    name: 'clients',
    status: 'missing',
    message: 'no client starts our MCP server yet',
    next: 'mcp-execution install claude-code',
  }
}
