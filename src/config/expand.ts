/** Turns a definition into a target, at the moment it is used: the only place where variables get their values. */
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { parseEnv } from 'node:util'

import { ExecutionError } from '../errors.ts'
import type { ServerId } from '../ids.ts'
import { placeValue } from './bind-places.ts'
import type { Definition, HttpDefinition, ServerEntry, StdioDefinition } from './definition.ts'
import type { ConfigFiles } from './read-file.ts'
import { checkEnvName, checkTarget, checkUrl, shown } from './rules.ts'
import { argument } from './select.ts'
import type { HttpTarget, Origin, StdioTarget, Target } from './server-spec.ts'
import type { Template, TemplatePart } from './template.ts'

/** What variables may mean. */
export interface ExpandDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly files: ConfigFiles
  /** The value the user stored for an entry's `${input:id}`. */
  readonly storedInput: (origin: Origin, id: string) => Promise<string | undefined>
}

/** Throws CONFIG_UNSET_VARIABLE, CONFIG_INVALID or SECURITY_REFUSED, naming the server and the field. */
export async function expandDefinition(
  entry: Pick<ServerEntry, 'id' | 'name' | 'origin'>,
  definition: Definition,
  deps: ExpandDeps,
): Promise<Target> {
  const { id, name, origin } = entry
  const scope: Scope = { ...deps, id, name, origin, definition }
  const { transport } = definition
  const target =
    transport.type === 'stdio'
      ? await expandStdio(transport, scope)
      : await expandHttp(transport, scope)
  const allowUnsafeEnv = transport.type === 'stdio' && transport.allowUnsafeEnv
  checkTarget({ ...target, allowUnsafeEnv }, { server: entry.name })
  return target
}

interface Scope extends ExpandDeps {
  readonly id: ServerId
  readonly name: string
  readonly origin: Origin
  readonly definition: Definition
}

async function expandHttp(transport: HttpDefinition, scope: Scope): Promise<HttpTarget> {
  const url = await expand(transport.url, 'url', scope)
  checkUrl(url, { server: scope.name })
  const headers = await expandRecord(transport.headers, 'headers', scope)
  const { type, oauth } = transport
  return oauth === undefined ? { type, url, headers } : { type, url, headers, oauth }
}

async function expandStdio(transport: StdioDefinition, scope: Scope): Promise<StdioTarget> {
  const cwd = await expandFolder(transport.cwd, scope)
  const command = await expandPath(transport.command, 'command', scope)
  const args = await Promise.all(
    transport.args.map((arg, index) => expandPath(arg, `args[${index}]`, scope)),
  )
  const env = {
    ...passedEnv(transport.passEnv, scope.env),
    ...(await envFileOf(transport, scope)),
    ...(await expandRecord(transport.env, 'env', scope)),
  }
  const target = { type: 'stdio' as const, command: placed(command, cwd, scope), args, env }
  return cwd === undefined ? target : { ...target, cwd }
}

async function expandFolder(cwd: Template | undefined, scope: Scope): Promise<string | undefined> {
  const base = scope.definition.workspace
  if (cwd === undefined) return base
  return resolve(base ?? scope.cwd, await expandPath(cwd, 'cwd', scope))
}

// A relative program belongs to the folder the server runs in; a project may not reach out of its own with one.
function placed(command: string, cwd: string | undefined, { origin, ...scope }: Scope): string {
  if (isAbsolute(command) || !/[/\\]/.test(command)) return command
  const path = resolve(cwd ?? scope.cwd, command)
  const { workspace } = scope.definition
  const confined = origin.scope === 'project' && workspace !== undefined
  if (!confined || isInside(path, workspace)) return path
  throw new ExecutionError(
    'SECURITY_REFUSED',
    `Cannot use server ${shown(scope.name)}: its command ${shown(command)} lies outside the project; give an absolute path`,
    { details: { server: scope.name, field: 'command' } },
  )
}

function isInside(path: string, folder: string): boolean {
  const steps = relative(folder, path)
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps)
}

function passedEnv(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const set = names.flatMap(name => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(set)
}

async function envFileOf(
  { envFile, allowUnsafeEnv }: StdioDefinition,
  scope: Scope,
): Promise<Record<string, string>> {
  if (envFile === undefined) return {}
  const path = resolve(
    scope.definition.workspace ?? scope.cwd,
    await expandPath(envFile, 'envFile', scope),
  )
  const variables = parseEnv(await readText(path, 'envFile', scope))
  const entries = Object.entries(variables).map(([name, value]) => [name, value ?? ''] as const)
  for (const [name] of entries) checkEnvName(name, allowUnsafeEnv, { server: scope.name })
  return Object.fromEntries(entries)
}

async function expandRecord(
  record: Readonly<Record<string, Template>>,
  field: string,
  scope: Scope,
): Promise<Record<string, string>> {
  const entries = Object.entries(record).map(
    async ([key, value]) => [key, await expand(value, `${field}.${key}`, scope)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** `~` stands for the home folder where the text itself begins with it, not where a variable's value does. */
async function expandPath(template: Template, field: string, scope: Scope): Promise<string> {
  const text = await expand(template, field, scope)
  const [first] = template
  if (first?.kind !== 'text') return text
  if (text === '~') return scope.home
  return /^~[/\\]/.test(first.text) ? join(scope.home, text.slice(2)) : text
}

async function expand(template: Template, field: string, scope: Scope): Promise<string> {
  const texts = await Promise.all(template.map(part => expandPart(part, field, scope)))
  return texts.join('')
}

async function expandPart(part: TemplatePart, field: string, scope: Scope): Promise<string> {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'env':
      return envValue(part, field, scope)
    case 'input':
      return await inputValue(part.id, field, scope)
    case 'file':
      return await fileValue(part.path, field, scope)
    case 'place':
      return placeValue(part.place, {
        ...scope,
        workspace: scope.definition.workspace ?? scope.cwd,
      })
    case 'unknown':
      return unexpandable(part.source, [field, 'no such variable is known here; use ${VAR}'], scope)
    default:
      return part satisfies never
  }
}

// As in a shell, a default also stands in for an empty value.
function envValue(
  { name, fallback }: Extract<TemplatePart, { kind: 'env' }>,
  field: string,
  scope: Scope,
): string {
  const value = scope.env[name]
  if (value !== undefined && (value !== '' || fallback === undefined)) return value
  if (fallback !== undefined) return fallback
  const help = `the variable is not set; set ${name}, or give a default as in \${VAR:-value}`
  return unexpandable(`\${${name}}`, [field, help], scope)
}

async function inputValue(id: string, field: string, scope: Scope): Promise<string> {
  const stored = await scope.storedInput(scope.origin, id)
  const value = stored ?? ownMember(scope.definition.inputDefaults, id)
  if (value !== undefined) return value
  const help = `no value is stored; run: mcp-execution server input ${argument(scope)} ${inputWord(id)}`
  return unexpandable(`\${input:${id}}`, [field, help], scope)
}

function inputWord(id: string): string {
  return /^[\w.:-]{1,200}$/.test(id) ? id : '<id>'
}

function ownMember(
  record: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

async function fileValue(path: string, field: string, scope: Scope): Promise<string> {
  const base = scope.origin.file === undefined ? scope.cwd : dirname(scope.origin.file)
  const from = /^~[/\\]/.test(path) ? join(scope.home, path.slice(2)) : resolve(base, path)
  return (await readText(from, field, scope)).trim()
}

async function readText(path: string, field: string, scope: Scope): Promise<string> {
  const read = await scope.files.read(path)
  if (read.status === 'text') return read.text
  const how = read.status === 'absent' ? 'the file does not exist' : read.reason
  return unexpandable(path, [field, `${how}; check the path`], scope)
}

function unexpandable(
  what: string,
  [field, how]: readonly [field: string, how: string],
  { name }: Scope,
): never {
  throw new ExecutionError(
    'CONFIG_UNSET_VARIABLE',
    `Cannot expand ${shown(what)} in ${field} of server ${shown(name)}: ${how}`,
    { details: { server: name, field } },
  )
}
