/** What names a server as it is really reached. */
import type { ServerSpec } from '../config/index.ts'
import { canonicalJson, sha256 } from '../digest.ts'

/** Differs wherever command, URL, a variable's value or a setting differs: what shares it may share a connection. */
export function connectionKey(spec: ServerSpec): string {
  const known = keys.get(spec)
  if (known !== undefined) return known
  const { id, target, settings } = spec
  const key = sha256(canonicalJson({ id, target, settings }))
  keys.set(spec, key)
  return key
}

/** A spec never changes: callers that find the same one again need not digest it again. */
const keys = new WeakMap<ServerSpec, string>()

/** Holds no value of a variable or header: safe to write beside a catalog. */
export function catalogKey({ target }: ServerSpec): string {
  const { type } = target
  if (target.type === 'stdio') {
    const { command, args, cwd, env } = target
    return sha256(canonicalJson({ type, command, args, cwd, env: Object.keys(env).toSorted() }))
  }
  const { url, headers } = target
  return sha256(canonicalJson({ type, url, headers: Object.keys(headers).toSorted() }))
}
