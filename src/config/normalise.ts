/** One entry of any client's file, as our own definition (ecosystem rules: names, aliases, units); pure. */
import type { Definition, HttpDefinition, StdioDefinition } from './definition.ts'
import { isRecord, memberAt } from './document.ts'
import { readSettings, type TimeoutRule } from './entry-settings.ts'
import {
  type Fields,
  fieldsOf,
  flagMember,
  invalid,
  listMember,
  mapMember,
  member,
  textMember,
} from './fields.ts'
import { checkEnvName, checkTarget, shown } from './rules.ts'
import type { OAuthHints } from './server-spec.ts'
import { splitCommand } from './split-command.ts'
import {
  type Dialect,
  leadingText,
  parseTemplate,
  printTemplate,
  type Template,
} from './template.ts'
import { unknownKeys } from './unknown-keys.ts'

/** How a client's entries differ from everybody else's. */
export interface Reading extends TimeoutRule {
  readonly dialect: Dialect
  /** What an entry with a `url` and no type speaks; http where not said. */
  readonly bareUrl?: 'sse'
}

export interface NormaliseInput {
  readonly name: string
  readonly raw: unknown
  readonly reading: Reading
  readonly workspace?: string
  readonly inputDefaults?: Readonly<Record<string, string>>
  /** True where a command with spaces is a file's whole name. */
  readonly isFile?: (path: string) => boolean
}

export interface Normalised {
  readonly definition: Definition
  readonly disabled: boolean
  readonly warnings: readonly string[]
}

/** Throws CONFIG_INVALID or SECURITY_REFUSED, with the server's name, for an entry that cannot be used. */
export function normalise(input: NormaliseInput): Normalised {
  const { name, raw, reading, workspace, inputDefaults } = input
  if (!isRecord(raw)) return invalid(fieldsOf(name, {}), 'the entry is not an object', 'write {…}')
  const fields = fieldsOf(name, raw)
  const type = readType(fields, reading)
  const transport =
    type === 'stdio' ? readStdio(fields, input) : readHttp(fields, type, reading.dialect)
  const settings = readSettings(fields, reading)
  const disabled =
    flagMember(fields, ['disabled']) === true || flagMember(fields, ['enabled']) === false
  checkTarget(asText(transport), { server: name })
  const definition = { transport, settings, workspace, inputDefaults }
  return { definition, disabled, warnings: [...fields.warnings, ...unknownKeys(fields)] }
}

/** The definition's strings as our own spelling prints them. */
export function asText(
  transport: StdioDefinition | HttpDefinition,
): Parameters<typeof checkTarget>[0] {
  if (transport.type !== 'stdio') {
    const { type, url, headers } = transport
    return { type, url: printTemplate(url), headers: printMembers(headers) }
  }
  return {
    type: 'stdio',
    command: printTemplate(transport.command),
    args: transport.args.map(printTemplate),
    env: printMembers(transport.env),
    allowUnsafeEnv: transport.allowUnsafeEnv,
    cwd: transport.cwd === undefined ? undefined : printTemplate(transport.cwd),
  }
}

/** Each member in our own spelling. */
export function printMembers(record: Readonly<Record<string, Template>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, printTemplate(value)]),
  )
}

const urlKeys = ['url', 'httpUrl', 'serverUrl', 'server_url', 'uri', 'baseUrl']
const commandKeys = ['command', 'cmd']
const types: ReadonlyMap<string, 'stdio' | 'http' | 'sse'> = new Map([
  ['stdio', 'stdio'],
  ['local', 'stdio'],
  ['http', 'http'],
  ['remote', 'http'],
  ['streamable-http', 'http'],
  ['streamablehttp', 'http'],
  ['streamable_http', 'http'],
  ['sse', 'sse'],
])

function readType(fields: Fields, reading: Reading): 'stdio' | 'http' | 'sse' {
  const command = member(fields, commandKeys)
  const url = member(fields, urlKeys)
  const stated = textMember(fields, ['type', 'transport'])
  if (stated !== undefined) return statedType(fields, stated)
  if (command !== undefined && url !== undefined) {
    fields.warnings.push(`both "${command.name}" and "${url.name}" are given; the command is used`)
  }
  if (command !== undefined) return 'stdio'
  if (url === undefined) return invalid(fields, 'it has no command and no url', 'give one of them')
  return url.name === 'url' && reading.bareUrl === 'sse' ? 'sse' : 'http'
}

function statedType(fields: Fields, stated: string): 'stdio' | 'http' | 'sse' {
  const type = types.get(stated.toLowerCase())
  return type ?? invalid(fields, `type ${shown(stated)} is not supported`, 'use stdio, http or sse')
}

function readStdio(fields: Fields, { reading, isFile }: NormaliseInput): StdioDefinition {
  const [command, ...args] = readCommand(fields, isFile)
  const dialect = reading.dialect
  const cwd = textMember(fields, ['cwd'])
  const envFile = textMember(fields, ['envFile', 'env_file'])
  const allowUnsafeEnv = flagMember(fields, ['allowUnsafeEnv']) ?? false
  const passEnv = listMember(fields, ['env_vars', 'env_keys']) ?? []
  for (const name of passEnv) checkEnvName(name, allowUnsafeEnv, { server: fields.server })
  const template = (text: string, field: string): Template =>
    templateOf(fields, [text, field], dialect)
  return {
    type: 'stdio',
    command: template(command, 'command'),
    args: args.map((arg, index) => template(arg, `args[${index}]`)),
    env: templates(fields, mapMember(fields, ['env', 'environment', 'envs']), ['env', dialect]),
    passEnv,
    allowUnsafeEnv,
    cwd: cwd === undefined ? undefined : template(cwd, 'cwd'),
    envFile: envFile === undefined ? undefined : template(envFile, 'envFile'),
  }
}

function readCommand(fields: Fields, isFile: NormaliseInput['isFile']): [string, ...string[]] {
  const args = listMember(fields, ['args']) ?? []
  const found = member(fields, commandKeys)
  if (Array.isArray(found?.value)) {
    const [command, ...rest] = listMember(fields, [found.name]) ?? []
    return [command ?? invalid(fields, 'the command is empty', 'name a program'), ...rest, ...args]
  }
  const command = textMember(fields, commandKeys)
  if (command === undefined) return invalid(fields, 'it has no command', 'give "command"')
  const split =
    args.length > 0 ? undefined : splitCommand(command, isFile ?? ((): boolean => false))
  if (split === undefined) return [command, ...args]
  fields.warnings.push('"command" holds a whole command line; it was split into command and args')
  return split
}

function readHttp(fields: Fields, type: 'http' | 'sse', dialect: Dialect): HttpDefinition {
  const url = textMember(fields, urlKeys)
  if (url === undefined) return invalid(fields, 'it has no url', 'give "url"')
  const definition: HttpDefinition = {
    type,
    url: templateOf(fields, [url, 'url'], dialect),
    headers: readHeaders(fields, dialect),
    oauth: readOAuth(fields),
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(leadingText(definition.url))?.[1]
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    return invalid(fields, `its url has the scheme ${shown(scheme)}`, 'give an http or https URL')
  }
  return definition
}

function readHeaders(fields: Fields, dialect: Dialect): Record<string, Template> {
  const written = mapMember(fields, ['headers', 'http_headers'])
  const nested = memberAt(member(fields, ['requestInit'])?.value, ['headers'])
  const inner = mapMember(fieldsOf(fields.server, isRecord(nested) ? { headers: nested } : {}), [
    'headers',
  ])
  const fromEnv = Object.entries(mapMember(fields, ['env_http_headers']))
  const bearer = textMember(fields, ['bearer_token_env_var', 'bearerTokenEnv'])
  if (member(fields, ['bearer_token']) !== undefined) {
    fields.warnings.push('"bearer_token" is ignored; name a variable in "bearer_token_env_var"')
  }
  if (member(fields, ['headersHelper', 'http_headers_helper']) !== undefined) {
    fields.warnings.push('its headers helper is a command and is never run; use "headers"')
  }
  return Object.fromEntries([
    ...Object.entries(templates(fields, { ...inner, ...written }, ['headers', dialect])),
    ...fromEnv.map(([header, name]) => [header, variable(name)] as const),
    ...(bearer === undefined ? [] : [['Authorization', bearerOf(bearer)] as const]),
  ])
}

function bearerOf(name: string): Template {
  return [{ kind: 'text', text: 'Bearer ' }, ...variable(name)]
}

function variable(name: string): Template {
  return [{ kind: 'env', name }]
}

function readOAuth(fields: Fields): OAuthHints | undefined {
  const found = member(fields, ['oauth', 'auth'])?.value
  const topScopes = listMember(fields, ['scopes'])
  if (!isRecord(found) && topScopes === undefined) return undefined
  const text = (...names: string[]): string | undefined =>
    names.map(name => memberAt(found, [name])).find(value => typeof value === 'string')
  const clientId = text('clientId', 'client_id', 'CLIENT_ID')
  const port = memberAt(found, ['callbackPort']) ?? memberAt(found, ['callback_port'])
  const scopes = topScopes ?? scopesOf(memberAt(found, ['scopes']) ?? memberAt(found, ['scope']))
  return { clientId, scopes, callbackPort: typeof port === 'number' ? port : undefined }
}

function scopesOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.split(/\s+/).filter(scope => scope !== '')
  return Array.isArray(value) ? value.map(String) : undefined
}

function templates(
  fields: Fields,
  texts: Readonly<Record<string, string>>,
  [field, dialect]: readonly [field: string, dialect: Dialect],
): Record<string, Template> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      templateOf(fields, [text, `${field}.${key}`], dialect),
    ]),
  )
}

function templateOf(
  fields: Fields,
  [text, field]: readonly [text: string, field: string],
  dialect: Dialect,
): Template {
  if (dialect !== 'literal' && dialect !== 'opencode') warnOfBraces(fields, text, field)
  if (text !== text.trim()) fields.warnings.push(`${shown(field)} begins or ends with white space`)
  return parseTemplate(text, dialect)
}

function warnOfBraces(fields: Fields, text: string, field: string): void {
  if (/\$\{[^}]*$/.test(text)) {
    fields.warnings.push(`${shown(field)} holds "\${" without "}"; it is kept as it is`)
  }
  if (/\$\{[^}]*\$\{/.test(text)) {
    fields.warnings.push(`${shown(field)} nests variables, which no client expands`)
  }
}
