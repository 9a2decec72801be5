/** Validated branded types for the names and sizes that cross our doors (contract §2). */
import { randomUUID } from 'node:crypto'

import { blake3, canonicalJson } from './digest.ts'
import { ExecutionError } from './errors.ts'

declare const brand: unique symbol
interface Brand<Name extends string> {
  readonly [brand]: Name
}

/** Slug `[a-z0-9][a-z0-9_-]{0,63}`: one path segment. */
export type ServerId = string & Brand<'ServerId'>
/** The raw name as the server gave it, 1–256 bytes; shown only through `text/`. */
export type ToolName = string & Brand<'ToolName'>
/** `session_<uuid v4>`. */
export type SessionId = string & Brand<'SessionId'>
/** Bytes, 1 MiB … 512 MiB. */
export type MemoryLimit = number & Brand<'MemoryLimit'>
/** `cache_<hex BLAKE3>`. */
export type CacheKey = string & Brand<'CacheKey'>
/** The Agent Skills name rule. */
export type SkillName = string & Brand<'SkillName'>
/** 1–1024 code points, no `<`, `>` or template syntax. */
export type SkillDescription = string & Brand<'SkillDescription'>

export const maxToolNameBytes = 256
export const mebibyte: number = 1024 * 1024
const minMemoryLimit = mebibyte
const maxMemoryLimit = 512 * mebibyte

/** Throws INVALID_ARGUMENT unless `text` is a server id. */
export function serverId(text: string): ServerId {
  const rule = 'ids are 1–64 of a–z, 0–9, "-" and "_", and start with a letter or digit'
  return check<ServerId>(text, isServerId(text), ['use the server id', rule])
}

export function isServerId(text: string): text is ServerId {
  return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(text)
}

/** Turns any configured name into an id: lower case, separators to "-"; undefined where nothing is left. */
export function toServerId(name: string): ServerId | undefined {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 64)
    .replace(/-+$/, '')
  return isServerId(slug) ? slug : undefined
}

/** Throws INVALID_ARGUMENT unless `text` is 1–256 bytes of UTF-8. */
export function toolName(text: string): ToolName {
  const bytes = Buffer.byteLength(text)
  const rule = `names are 1–${maxToolNameBytes} bytes, this one is ${bytes}`
  return check<ToolName>(text, bytes >= 1 && bytes <= maxToolNameBytes, ['use the tool name', rule])
}

export function newSessionId(): SessionId {
  return sessionId(`session_${randomUUID()}`)
}

/** Throws INVALID_ARGUMENT unless `text` is `session_<uuid v4>`. */
export function sessionId(text: string): SessionId {
  const uuid = /^session_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  return check<SessionId>(text, uuid.test(text), ['use the session id', 'it is session_<uuid v4>'])
}

/** Throws INVALID_ARGUMENT unless `bytes` is a whole number from 1 MiB to 512 MiB. */
export function memoryLimit(bytes: number): MemoryLimit {
  const fits = Number.isInteger(bytes) && bytes >= minMemoryLimit && bytes <= maxMemoryLimit
  return check<MemoryLimit>(bytes, fits, ['use the memory limit', 'give 1MB to 512MB, in bytes'])
}

export const defaultMemoryLimit: MemoryLimit = memoryLimit(256 * mebibyte)

/** "256MB". */
export function formatMemoryLimit(bytes: number): string {
  return `${Math.round(bytes / mebibyte)}MB`
}

/** The key of a result: `cache_` + hex BLAKE3(server ∥ 0x00 ∥ tool ∥ 0x00 ∥ canonical JSON of params). */
export async function cacheKey(
  server: ServerId,
  tool: ToolName,
  params: unknown,
): Promise<CacheKey> {
  const key = `cache_${await blake3(`${server}\0${tool}\0${canonicalJson(params)}`)}`
  return check<CacheKey>(key, true, ['use the cache key', ''])
}

/** Throws INVALID_ARGUMENT unless `text` follows the Agent Skills name rule and holds no reserved word. */
export function skillName(text: string): SkillName {
  const wellFormed = text.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)
  const reserved = ['anthropic', 'claude'].find(word => text.includes(word))
  const rule =
    reserved === undefined
      ? 'names are 1–64 of a–z, 0–9 and single inner hyphens'
      : `"${reserved}" is a reserved word`
  return check<SkillName>(text, wellFormed && reserved === undefined, ['use the skill name', rule])
}

/** Throws INVALID_ARGUMENT unless `text` is 1–1024 code points without `<`, `>` or template syntax. */
export function skillDescription(text: string): SkillDescription {
  const length = [...text].length
  const plain = !/[<>]|\{\{|\}\}|\$\{|\{%|%\}/.test(text)
  const rule = plain
    ? `it has ${length} characters; give 1 to 1024`
    : 'it may hold no <, > or template syntax'
  const fits = plain && length >= 1 && length <= 1024
  return check<SkillDescription>(text, fits, ['use the skill description', rule])
}

function check<Id extends string | number>(
  value: string | number,
  valid: boolean,
  [what, rule]: readonly [what: string, rule: string],
): Id {
  if (isBranded<Id>(value, valid)) return value
  const shown = JSON.stringify(typeof value === 'string' ? value.slice(0, 80) : value)
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot ${what} ${shown}: ${rule}`)
}

function isBranded<Id extends string | number>(
  value: string | number,
  valid: boolean,
): value is Id {
  return valid && value !== ''
}
