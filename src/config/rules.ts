/** What no entry may hold, whoever wrote it (contract §3): checked as configured, and again once expanded. */
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'
import type { Target } from './server-spec.ts'

const maxArgs = 256
const maxArgBytes: number = 4 * 1024
const maxEnvVariables = 256
const maxEnvValueBytes: number = 32 * 1024
const maxHeaders = 128
const maxHeaderBytes: number = 8 * 1024
const maxUrlBytes: number = 8 * 1024

/** Variables that make a program run code it was not asked to run; compared in upper case. */
const codeInjecting = new Set([
  'NODE_OPTIONS',
  'NODE_PATH',
  'BASH_ENV',
  'PYTHONSTARTUP',
  'PYTHONPATH',
  'PYTHONHOME',
  'PERL5OPT',
  'PERL5LIB',
  'PERL5DB',
  'RUBYOPT',
  'RUBYLIB',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  '_JAVA_OPTIONS',
  'DOTNET_STARTUP_HOOKS',
  'GCONV_PATH',
])
const codeInjectingPrefixes = ['LD_', 'DYLD_']

/** True for variables refused unless the entry says allowUnsafeEnv. */
export function isUnsafeEnvName(name: string): boolean {
  const upper = name.toUpperCase()
  return codeInjecting.has(upper) || codeInjectingPrefixes.some(prefix => upper.startsWith(prefix))
}

/** Refuses a part of an entry; `server` is quoted by `refuse`. */
export interface Rules {
  readonly server: string
}

/** The strings of a target, expanded or not. */
export type TargetText = Target & { readonly allowUnsafeEnv?: boolean }

/** Throws SECURITY_REFUSED for the first rule that `target` breaks. */
export function checkTarget(target: TargetText, rules: Rules): void {
  if (target.type === 'stdio') {
    checkText(target.command, 'command', rules)
    if (target.command === '') refuse(rules, ['command', 'is empty', 'name a program'])
    if (target.cwd !== undefined) checkText(target.cwd, 'cwd', rules)
    checkArgs(target.args, rules)
    checkEnv(target.env, target.allowUnsafeEnv === true, rules)
    return
  }
  checkHeaders(target.headers, rules)
  checkSize(target.url, ['url', maxUrlBytes], rules)
}

/** Throws SECURITY_REFUSED unless the expanded `url` is http or https. */
export function checkUrl(url: string, rules: Rules): void {
  checkSize(url, ['url', maxUrlBytes], rules)
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined
  if (protocol === 'http:' || protocol === 'https:') return
  const how = protocol === undefined ? 'is no URL' : `has the scheme "${protocol.slice(0, -1)}"`
  refuse(rules, ['url', how, 'give an http or https URL'])
}

function checkArgs(args: readonly string[], rules: Rules): void {
  if (args.length > maxArgs) {
    refuse(rules, ['args', `has ${args.length} arguments`, `give at most ${maxArgs}`])
  }
  for (const [index, arg] of args.entries()) checkSize(arg, [`args[${index}]`, maxArgBytes], rules)
}

function checkEnv(env: Readonly<Record<string, string>>, allowUnsafe: boolean, rules: Rules): void {
  const entries = Object.entries(env)
  if (entries.length > maxEnvVariables) {
    refuse(rules, ['env', `has ${entries.length} variables`, `give at most ${maxEnvVariables}`])
  }
  for (const [name, value] of entries) {
    checkEnvName(name, allowUnsafe, rules)
    checkSize(value, [`env.${name}`, maxEnvValueBytes], rules)
  }
}

/** Throws SECURITY_REFUSED for a name that is none, or that injects code. */
export function checkEnvName(name: string, allowUnsafe: boolean, rules: Rules): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const help = 'use letters, digits and "_"'
    refuse(rules, [`env ${shown(name)}`, 'is no variable name', help])
  }
  if (isUnsafeEnvName(name) && !allowUnsafe) {
    const help = 'remove it, or set "allowUnsafeEnv": true if you trust this entry'
    refuse(rules, [`env.${name}`, 'can make the server run other code', help])
  }
}

function checkHeaders(headers: Readonly<Record<string, string>>, rules: Rules): void {
  const entries = Object.entries(headers)
  if (entries.length > maxHeaders) {
    refuse(rules, ['headers', `has ${entries.length} headers`, `give at most ${maxHeaders}`])
  }
  for (const [name, value] of entries) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      refuse(rules, [`header ${shown(name)}`, 'is no header name', 'use an RFC 9110 token'])
    }
    checkSize(value, [`headers.${name}`, maxHeaderBytes], rules)
    // oxlint-disable-next-line no-control-regex -- exactly what a header value may not hold
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
      refuse(rules, [`headers.${name}`, 'holds a control character', 'remove it'])
    }
  }
}

function checkSize(
  text: string,
  [field, limit]: readonly [field: string, limit: number],
  rules: Rules,
): void {
  checkText(text, field, rules)
  const bytes = Buffer.byteLength(text)
  if (bytes > limit) refuse(rules, [field, `has ${bytes} bytes`, `give at most ${limit}`])
}

function checkText(text: string, field: string, rules: Rules): void {
  if (text.includes('\0')) refuse(rules, [field, 'holds a NUL byte', 'remove it'])
}

function refuse(
  { server }: Rules,
  [field, how, help]: readonly [field: string, how: string, help: string],
): never {
  const message = `Cannot use server ${shown(server)}: ${field} ${how}; ${help}`
  throw new ExecutionError('SECURITY_REFUSED', message, { details: { server, field } })
}

/** Other people's text in a message: quoted, bounded, nothing hidden in it. */
export function shown(text: string): string {
  return quoteName(text, 80)
}

export function shownPath(path: string): string {
  return quoteName(path, 4096)
}
