/** How commands show a configured server: how it is reached, never a value of a variable or header. */
import {
  type Definition,
  type Origin,
  showTemplate,
  type ServerEntry,
  type Template,
} from '../config/index.ts'
import { quoteName, redact, redacted, showHome } from '../text/index.ts'

export interface ServerView {
  readonly name: string
  readonly id: string
  readonly status: ServerEntry['state']['status']
  readonly reason?: string
  readonly origin: Origin
  readonly type?: 'stdio' | 'http' | 'sse'
  readonly command?: string
  readonly args?: readonly string[]
  readonly cwd?: string
  readonly url?: string
  /** Names only. */
  readonly env?: readonly string[]
  readonly headers?: readonly string[]
}

export function viewServer({ name, id, origin, state }: ServerEntry): ServerView {
  const common = { name, id, status: state.status, origin }
  if (state.status === 'invalid') return { ...common, reason: state.reason }
  const reached = viewDefinition(state.definition)
  return state.status === 'disabled'
    ? { ...common, reason: state.reason, ...reached }
    : { ...common, ...reached }
}

export type ReachedView = Pick<
  ServerView,
  'type' | 'command' | 'args' | 'cwd' | 'url' | 'env' | 'headers'
>

export function viewDefinition({ transport, workspace }: Definition): ReachedView {
  if (transport.type !== 'stdio') {
    const { type, url, headers } = transport
    return { type, url: redact(showTemplate(url)), headers: Object.keys(headers) }
  }
  const { command, args, env, passEnv, cwd } = transport
  const folder = cwd === undefined ? workspace : showTemplate(cwd)
  return {
    type: 'stdio',
    command: showTemplate(command),
    args: safeArgs(args.map(showTemplate)),
    ...(folder === undefined ? {} : { cwd: folder }),
    env: [...new Set([...Object.keys(env), ...passEnv])],
  }
}

/** Arguments without secrets: those that look like one, and what follows a flag that names one. */
function safeArgs(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => {
    const names = /^--?[\w-]*(?:key|token|secret|passw|credential|auth)[\w-]*$/i
    const isVariable = arg.includes('${') || arg.startsWith('-')
    return names.test(args[index - 1] ?? '') && !isVariable ? redacted : redact(arg)
  })
}

/** One line: the command with its arguments, or the URL; other people's text, quoted where a blank would mislead. */
export function commandLine({ command, args = [], url }: ReachedView): string {
  if (command === undefined) return url === undefined ? '' : word(url)
  return [command, ...args].map(word).join(' ')
}

/** "cursor (project) ~/x/.cursor/mcp.json". */
export function originText({ client, scope, file }: Origin, home: string): string {
  const place = file === undefined ? '' : ` ${showHome(quoteName(file, 4096).slice(1, -1), home)}`
  return `${client} (${scope})${place}`
}

/** Everything that an approval covers, one fact a line, nothing cut and nothing hidden. */
export function approvalLines({ transport, workspace }: Definition): readonly string[] {
  if (transport.type !== 'stdio') {
    const { type, url, headers } = transport
    return [`type     ${type}`, `url      ${whole(url)}`, ...named('header', headers)]
  }
  const { command, args, env, passEnv, cwd, envFile, allowUnsafeEnv } = transport
  const folder = cwd === undefined ? (workspace ?? '') : showTemplate(cwd)
  return [
    `command  ${whole(command)}`,
    ...args.map(arg => `arg      ${whole(arg)}`),
    `cwd      ${quoteName(folder, Infinity)}`,
    ...named('env', env),
    ...passEnv.map(name => `env      ${name} (yours)`),
    ...(envFile === undefined ? [] : [`env file ${whole(envFile)}`]),
    ...(allowUnsafeEnv ? ['allowUnsafeEnv: its variables may change what code runs'] : []),
  ]
}

function named(label: string, record: Readonly<Record<string, Template>>): readonly string[] {
  return Object.entries(record).map(
    ([name, value]) => `${label.padEnd(8)} ${quoteName(name, Infinity)} = ${redact(whole(value))}`,
  )
}

function whole(template: Template): string {
  return quoteName(showTemplate(template), Infinity)
}

function word(text: string): string {
  const quoted = quoteName(text, 400)
  return /^"[\w@%+=:,./${}~-]+"$/.test(quoted) ? quoted.slice(1, -1) : quoted
}
