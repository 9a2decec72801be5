/** A server given on the command line instead of in a file. */
import { basename } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { type ServerId, serverId } from '../ids.ts'
import type { Definition, ServerEntry } from './definition.ts'
import { asText } from './normalise.ts'
import { checkTarget, checkUrl } from './rules.ts'
import { assignIds } from './settle.ts'
import { type Dialect, leadingText, literal, parseTemplate, type Template } from './template.ts'

/** As the flags were written; `command` holds the program and its arguments. */
export interface AdHocFlags {
  readonly command?: readonly string[]
  /** `NAME=value`; the value may hold `${VAR}`. */
  readonly env?: readonly string[]
  readonly cwd?: string
  readonly http?: string
  readonly sse?: string
  /** `Name=value` or `Name: value`; the value may hold `${VAR}`. */
  readonly header?: readonly string[]
  readonly name?: string
}

export interface AdHocContext {
  readonly cwd: string
  /** `literal` where the words are not the user's own: then no variable of the user's is ever expanded into them. */
  readonly dialect?: 'shell' | 'literal'
}

/** Throws INVALID_ARGUMENT for flags that contradict each other, SECURITY_REFUSED for what no entry may hold. */
export function adHocServer(
  flags: AdHocFlags,
  { cwd, dialect = 'shell' }: AdHocContext,
): ServerEntry {
  refuseConflicts(flags)
  const { http, sse } = flags
  const url = http ?? sse
  const transport =
    url === undefined
      ? stdio(flags, dialect)
      : {
          type: http === undefined ? ('sse' as const) : ('http' as const),
          url: parseTemplate(url, dialect),
          headers: pairs(flags.header ?? [], { flag: '--header', dialect, shape: headerShape }),
        }
  const name = flags.name ?? nameOf(flags.command ?? [], url)
  checkTarget(asText(transport), { server: name })
  if (transport.type !== 'stdio' && leadingText(transport.url) === url) {
    checkUrl(url, { server: name })
  }
  const definition: Definition = { transport, settings: {}, workspace: cwd }
  const origin = { client: 'flags', scope: 'flags' as const }
  return { id: idOf(flags.name, name), name, origin, state: { status: 'ready', definition } }
}

/** True where any flag describes a server. */
export function hasAdHocFlags(flags: AdHocFlags): boolean {
  const { command = [], env = [], header = [], http, sse, cwd } = flags
  const texts = [http, sse, cwd].some(text => text !== undefined)
  return texts || [command, env, header].some(list => list.length > 0)
}

function refuseConflicts({
  command = [],
  env = [],
  header = [],
  http,
  sse,
  cwd,
}: AdHocFlags): void {
  const kinds = named([
    ['a command', command.length > 0],
    ['--http', http !== undefined],
    ['--sse', sse !== undefined],
  ])
  if (kinds.length > 1) conflict(`${kinds.join(' and ')} are given`, 'give one of them')
  if (kinds.length === 0) conflict('neither a command nor a URL is given', 'give one of them')
  const remote = command.length === 0
  const [meaningless] = named([
    ['--env', remote && env.length > 0],
    ['--cwd', remote && cwd !== undefined],
    ['--header', !remote && header.length > 0],
  ])
  const what = remote ? 'a URL' : 'a command'
  if (meaningless === undefined) return
  conflict(`${meaningless} has no meaning for ${what}`, 'leave it out')
}

function named(flags: readonly (readonly [name: string, given: boolean])[]): readonly string[] {
  return flags.flatMap(([name, given]) => (given ? [name] : []))
}

function conflict(how: string, help: string): never {
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot make a server from these flags: ${how}; ${help}`,
  )
}

// Arguments come from a shell that has expanded what it wanted; values of --env may name a variable so that no secret is stored.
function stdio(flags: AdHocFlags, dialect: Dialect): Definition['transport'] {
  const [command = '', ...args] = flags.command ?? []
  return {
    type: 'stdio',
    command: literal(command),
    args: args.map(literal),
    env: pairs(flags.env ?? [], { flag: '--env', dialect, shape: envShape }),
    passEnv: [],
    cwd: flags.cwd === undefined ? undefined : parseTemplate(flags.cwd, dialect),
    allowUnsafeEnv: false,
  }
}

const envShape = /^([^=]+)=([^]*)$/
const headerShape = /^([^=:]+)(?:=|:\s*)([^]*)$/

interface PairsOptions {
  readonly flag: string
  readonly shape: RegExp
  readonly dialect: Dialect
}

function pairs(
  texts: readonly string[],
  { flag, shape, dialect }: PairsOptions,
): Record<string, Template> {
  return Object.fromEntries(
    texts.map(text => {
      const [, name, value] = shape.exec(text) ?? []
      if (name === undefined || value === undefined) {
        const message = `Cannot read ${flag}: it has no value; write NAME=value`
        throw new ExecutionError('INVALID_ARGUMENT', message)
      }
      return [name, parseTemplate(value, dialect)]
    }),
  )
}

const runners =
  /^(npx|bunx|pnpx|uvx|uv|node|bun|deno|tsx|python[\d.]*|pipx|docker|podman|npm|pnpm|yarn|bash|sh|env)(\.exe|\.cmd)?$/i
const runnerWords = new Set(['run', 'exec', 'dlx', 'x', 'tool', 'start'])

/** The package, script or program that runs, or the host of a URL. */
function nameOf(command: readonly string[], url: string | undefined): string {
  if (url !== undefined) return URL.canParse(url) ? new URL(url).hostname : 'server'
  const [program = 'server', ...args] = command
  const isRunner = runners.test(basename(program))
  const what = isRunner ? args.find(arg => !arg.startsWith('-') && !runnerWords.has(arg)) : program
  return plainName(what ?? program)
}

const buildFolders = /^(index|main|cli|dist|build|lib|src|bin|out|stdio|\.*)$/i

// "@scope/server-x@1.2" → "server-x"; "/a/server-x/dist/index.js" → "server-x".
function plainName(what: string): string {
  const names = what
    .replaceAll('\\', '/')
    .split('/')
    .map(part => part.replace(/(?<=.)@.*$/, '').replace(/\.[cm]?[jt]s$|\.py$|\.exe$/i, ''))
  return names.findLast(name => !buildFolders.test(name)) ?? 'server'
}

function idOf(given: string | undefined, name: string): ServerId {
  if (given !== undefined) return serverId(given)
  return assignIds([name]).get(name) ?? serverId('server')
}
