/** A generated file bound to its tool: all that a warm call needs. Generated trees carry it as one file of JavaScript. */
import { readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { findDaemonHome, findDaemonProgram } from './daemon-files.ts'
import { type DaemonLink, joinDaemon } from './daemon-link.ts'
import { runAsProgram } from './program.ts'
import { decodeResult, type RawResult, ToolError } from './result.ts'
import { fromLine, isRecord } from './wire.ts'

export { ToolError } from './result.ts'

/** Which tool a file stands for, as the `_meta.json` beside it says. */
export interface ToolAddress {
  readonly server: string
  readonly tool: string
  readonly file: string
}

/** How one call goes out; `program.ts` gives the same to a tool run by hand. */
export type CallTool = (address: ToolAddress, params: unknown) => Promise<unknown>

/** The function of the file at that URL, or of another one in its folder; run as a program, the file calls its tool at once. */
export function boundTool(url: string, file?: string): (params?: unknown) => Promise<unknown> {
  const own = fileURLToPath(url)
  if (file !== undefined) return callOf(join(dirname(own), file))
  if (isMain(own)) void runAsProgram(() => addressOf(own), callTool)
  return callOf(own)
}

function callOf(file: string): (params?: unknown) => Promise<unknown> {
  return async params => callTool(addressOf(file), params)
}

function isMain(file: string): boolean {
  const started = process.argv[1]
  if (started === undefined) return false
  try {
    return realpathSync(started) === realpathSync(file)
  } catch {
    return false
  }
}

/** Calls through the daemon; without one, or where MCP_EXECUTION_NO_DAEMON is set, over a connection of our own. */
async function callTool(address: ToolAddress, params: unknown): Promise<unknown> {
  const { server, tool: name } = address
  if (!isRecord(params ?? {})) {
    throw new ToolError('INVALID_ARGUMENT', `Cannot call "${name}": its arguments are no object`)
  }
  trace('call', { server, tool: name, params })
  const link = await daemon()
  const raw = await (link === undefined
    ? callDirectly(address, params ?? {})
    : link.request({
        body: { op: 'call', server: { registered: server }, tool: name, args: params ?? {} },
        env: process.env,
      }))
  trace('answer', raw)
  return decodeResult(isRawResult(raw) ? raw : {})
}

let current: Promise<DaemonLink | undefined> | undefined

/** One link for the whole process, made anew when it broke. */
async function daemon(): Promise<DaemonLink | undefined> {
  if (isSet(process.env['MCP_EXECUTION_NO_DAEMON'])) return undefined
  current ??= reach()
  const seen = current
  const link = await seen
  if (link === undefined || link.alive()) return link
  // Whoever finds the link broken first replaces it for all.
  if (current === seen) current = reach()
  return current
}

async function reach(): Promise<DaemonLink | undefined> {
  const { env, platform } = process
  const home = findDaemonHome(env, platform)
  const program = findDaemonProgram(home, env)
  if (program === undefined) return undefined
  const link = await joinDaemon(home, env, program.version)
  if (link !== undefined) return link
  const { reachDaemon } = await import('./daemon-start.ts')
  return await reachDaemon(home, env, program)
}

function isSet(flag: string | undefined): boolean {
  return flag !== undefined && flag !== '' && flag !== '0' && flag !== 'false'
}

async function callDirectly(address: ToolAddress, params: unknown): Promise<unknown> {
  const { callOwnConnection } = await import('./direct.ts')
  return callOwnConnection(address, isRecord(params) ? params : {})
}

function isRawResult(value: unknown): value is RawResult {
  return isRecord(value)
}

const addresses = new Map<string, ToolAddress>()

function addressOf(file: string): ToolAddress {
  const known = addresses.get(file)
  if (known !== undefined) return known
  const address = readAddress(file)
  addresses.set(file, address)
  return address
}

function readAddress(file: string): ToolAddress {
  const metaFile = join(dirname(file), '_meta.json')
  const meta = readMeta(metaFile)
  const tools = Array.isArray(meta['tools']) ? meta['tools'].filter(isRecord) : []
  const entry = tools.find(candidate => candidate['file'] === basename(file))
  const server = isRecord(meta['server']) ? meta['server']['id'] : undefined
  const name = entry?.['name']
  if (typeof server !== 'string' || typeof name !== 'string') {
    throw new ToolError(
      'NOT_FOUND',
      `Cannot call the tool of "${basename(file)}": the _meta.json beside it does not list it; generate the server again`,
    )
  }
  return { server, tool: name, file }
}

function readMeta(metaFile: string): Record<string, unknown> {
  try {
    return fromLine(readFileSync(metaFile, 'utf8')) ?? {}
  } catch {
    return {}
  }
}

/** With MCPBRIDGE_DEBUG=1, what goes out and comes in, on stderr, without secrets. */
function trace(what: string, data: unknown): void {
  if (!isSet(process.env['MCPBRIDGE_DEBUG'])) return
  const at = Math.round(performance.now())
  void import('./trace.ts').then(({ redacted }) =>
    process.stderr.write(`mcp-bridge +${at}ms ${what} ${redacted(data)}\n`),
  )
}
