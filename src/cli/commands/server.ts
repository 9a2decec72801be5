/** `server list|approve|revoke|remove|input`: what is configured, and what may run. Starts no server. */
import { text as readAll } from 'node:stream/consumers'

import {
  type Config,
  type ConfigProblem,
  loadConfig,
  removeApproval,
  saveApproval,
  saveInput,
  selectServer,
  type ServerEntry,
  unregisterServer,
} from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { quoteName, showHome } from '../../text/index.ts'
import { configDeps } from '../chosen-server.ts'
import { print, table } from '../output/index.ts'
import type { Colors } from '../output/index.ts'
import {
  approvalLines,
  commandLine,
  originText,
  viewDefinition,
  viewServer,
} from '../server-view.ts'
import type { World } from '../world.ts'

export interface ListFlags {
  /** Also entries that lost to another of the same name. */
  readonly all?: true | undefined
}

export async function listServers({ all }: ListFlags, world: World): Promise<ExitCode> {
  const config = await loadConfig(configDeps(world))
  const servers = config.servers.map(viewServer)
  const shadowed = config.shadowed.map(({ entry, by }) => ({
    ...viewServer(entry),
    shadowedBy: by,
  }))
  print(world, {
    data: { servers, shadowed, problems: config.problems, total_servers: servers.length },
    text: servers.map(({ id, status, type }) => [id, status, type ?? ''].join('\t').trimEnd()),
    pretty: colors => listText(config, { all, colors, home: world.home }),
  })
  return 0
}

interface ListLook extends ListFlags {
  readonly colors: Colors
  readonly home: string
}

function listText(config: Config, look: ListLook): string {
  const { colors, home } = look
  if (config.servers.length === 0 && config.problems.length === 0) {
    return 'No server is configured. Give one after --, as in: mcp-execution introspect -- npx -y <package>'
  }
  const entries = [
    ...config.servers,
    ...(look.all === true ? config.shadowed.map(({ entry }) => entry) : []),
  ]
  const rows = entries.map(entry => [
    `${mark(entry, colors)} ${colors.bold(quoteName(entry.name).slice(1, -1))}`,
    reached(entry),
    colors.dim(originText(entry.origin, home)),
  ])
  const hidden = look.all === true ? 0 : config.shadowed.length
  const notes = [
    ...pendingNote(config, colors),
    ...(hidden === 0
      ? []
      : [colors.dim(`${hidden} more of the same names (see: server list --all)`)]),
    ...config.problems.map(problem => problemText(problem, home, colors)),
  ]
  return [table(rows), ...notes].filter(line => line !== '').join('\n')
}

function reached({ state }: ServerEntry): string {
  if (state.status === 'invalid') return 'invalid'
  const line = commandLine(viewDefinition(state.definition))
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function mark({ state }: ServerEntry, colors: Colors): string {
  switch (state.status) {
    case 'ready':
      return colors.green('✓')
    case 'pending':
      return colors.yellow('?')
    case 'disabled':
      return colors.dim('-')
    case 'invalid':
      return colors.red('✗')
    default:
      return state satisfies never
  }
}

function pendingNote({ servers }: Config, colors: Colors): readonly string[] {
  const pending = servers.filter(({ state }) => state.status === 'pending')
  if (pending.length === 0) return []
  return [
    colors.yellow(
      '? comes from a project and does not run before: mcp-execution server approve <name>',
    ),
  ]
}

export function problemText(
  { severity, message, file, line, column }: ConfigProblem,
  home: string,
  colors: Colors,
): string {
  const paint = severity === 'error' ? colors.red : colors.yellow
  const place =
    file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}:${column}`})`
  return showHome(`${paint(severity)} ${message}${colors.dim(place)}`, home)
}

export interface ApproveFlags {
  readonly yes?: true | undefined
}

/** Shows the whole command, asks where somebody can answer, and remembers exactly this command. */
export async function approveServer(
  name: string,
  { yes }: ApproveFlags,
  world: World,
): Promise<ExitCode> {
  const config = await loadConfig(configDeps(world))
  const entry = pendingEntry(config, name) ?? selectServer(config, name)
  const { state } = entry
  if (state.status !== 'pending') return nothingToApprove(entry, world)
  const heading = `Server ${quoteName(entry.name)}, from ${originText(entry.origin, world.home)}`
  const facts = [heading, ...approvalLines(state.definition).map(line => `  ${line}`)]
  if (world.format === 'pretty') world.io.stderr.write(`${facts.join('\n')}\n`)
  if (yes !== true && world.io.isTerminal.in && world.io.isTerminal.err) await confirm(world)
  await saveApproval(world.places.stateDir, entry, state.digest)
  const data = { approved: true, digest: state.digest, ...viewServer(entry), status: 'ready' }
  print(world, { data, pretty: () => `Approved ${quoteName(entry.name)}. Any change asks again.` })
  return 0
}

function pendingEntry(config: Config, name: string): ServerEntry | undefined {
  const all = [...config.servers, ...config.shadowed.map(({ entry }) => entry)]
  return all.find(
    ({ state, ...entry }) =>
      state.status === 'pending' && (entry.name === name || entry.id === name),
  )
}

function nothingToApprove(entry: ServerEntry, world: World): ExitCode {
  const { state } = entry
  if (state.status === 'invalid') throw new ExecutionError(state.code, state.reason)
  if (state.status === 'disabled') {
    const message = `Cannot approve server ${quoteName(entry.name)}: it is disabled (${state.reason}); enable it first`
    throw new ExecutionError('CONFIG_INVALID', message)
  }
  print(world, {
    data: { approved: true, ...viewServer(entry) },
    pretty: () => `${quoteName(entry.name)} needs no approval: it may run already.`,
  })
  return 0
}

async function confirm({ io, signal }: World): Promise<void> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: io.stdin, output: io.stderr })
  try {
    const answer = await lines.question('Let this run on your machine, with your rights? [y/N] ', {
      signal,
    })
    if (/^y(es)?$/i.test(answer.trim())) return
  } finally {
    lines.close()
  }
  throw new ExecutionError(
    'SECURITY_REFUSED',
    'Cannot approve: you did not say yes; nothing was changed',
  )
}

/** Takes an approval back. */
export async function revokeServer(name: string, world: World): Promise<ExitCode> {
  const entry = selectServer(await loadConfig(configDeps(world)), name)
  const { stateDir } = world.places
  const revoked = await removeApproval(stateDir, entry)
  // A generated tree that connects by itself must not find it either.
  if (entry.origin.scope === 'project') await unregisterServer(stateDir, entry.id)
  print(world, {
    data: { name: entry.name, revoked },
    pretty: () =>
      revoked
        ? `${quoteName(entry.name)} does not run any more until it is approved again.`
        : `${quoteName(entry.name)} had no approval.`,
  })
  return 0
}

/** Forgets a server that was registered by generating or calling it; files of clients are never changed. */
export async function removeServer(name: string, world: World): Promise<ExitCode> {
  const entry = selectServer(await loadConfig(configDeps(world)), name)
  const removed = await unregisterServer(world.places.stateDir, entry.id)
  if (!removed) {
    const { file } = entry.origin
    const where = file === undefined ? 'nowhere' : `in ${quoteName(file, 4096)}`
    const message = `Cannot remove server ${quoteName(entry.name)}: it is configured ${where}; take it out there`
    throw new ExecutionError('NOT_FOUND', message)
  }
  print(world, {
    data: { name: entry.name, id: entry.id, removed },
    pretty: () => `Forgot ${quoteName(entry.name)}. Its generated tree, if any, is untouched.`,
  })
  return 0
}

/** Stores a value for an entry's `${input:id}`, read from stdin so that no shell history keeps it. */
export async function storeInput(name: string, input: string, world: World): Promise<ExitCode> {
  const config = await loadConfig(configDeps(world))
  const entry = pendingEntry(config, name) ?? selectServer(config, name)
  const { stdin, isTerminal } = world.io
  const value = isTerminal.in ? await askHidden(input, world) : await readAll(stdin)
  const trimmed = value.replace(/\r?\n$/, '')
  if (trimmed === '') {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      `Cannot store ${quoteName(input)}: the value is empty`,
    )
  }
  await saveInput(world.places.stateDir, [entry.origin, input], trimmed)
  print(world, {
    data: { name: entry.name, input, stored: true },
    pretty: () => `Stored ${quoteName(input)} for ${quoteName(entry.name)}.`,
  })
  return 0
}

async function askHidden(input: string, { io, signal }: World): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: `Value of ${input}`, output: io.stderr, signal })
  if (isCancel(answer)) {
    throw new ExecutionError('INTERRUPTED', 'Cannot store the value: nothing was given')
  }
  return answer
}
