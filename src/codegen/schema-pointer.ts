/** `$ref` inside one schema: JSON pointers, anchors and embedded `$id`s. No I/O: what is not here is not found. */
import type { SchemaObject } from './schema-scope.ts'

export interface Pointer {
  readonly target: unknown
  /** The resource that `#` means inside the target, where it is known to be another than the root. */
  readonly resource: SchemaObject | undefined
  /** The last meaningful word of the reference, to name a type after. */
  readonly word: string
}

const structural = new Set([
  '$defs',
  'additionalProperties',
  'allOf',
  'anyOf',
  'definitions',
  'items',
  'oneOf',
  'prefixItems',
  'properties',
])

/** Resolves `ref` against the embedded resource it stands in, then against the whole document. */
export function resolveRef(
  ref: string,
  resource: SchemaObject | undefined,
  root: unknown,
): Pointer | undefined {
  const hash = ref.indexOf('#')
  const base = hash === -1 ? ref : ref.slice(0, hash)
  const fragment = hash === -1 ? '' : ref.slice(hash + 1)
  if (base !== '') {
    const embedded = findById(base, root)
    return embedded && resolveFragment(fragment, embedded, base)
  }
  const inside = resource && resolveFragment(fragment, resource, '')
  return inside ?? resolveFragment(fragment, root, '')
}

function resolveFragment(fragment: string, resource: unknown, base: string): Pointer | undefined {
  const embedded = isObject(resource) ? resource : undefined
  if (fragment === '') return { target: resource, resource: embedded, word: lastWord(base) }
  if (!fragment.startsWith('/')) return resolveAnchor(fragment, resource, embedded)
  let target = resource
  let word = ''
  for (const token of fragment.slice(1).split('/')) {
    const step = unescape(token)
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, step)) {
      return undefined
    }
    target = Reflect.get(target, step)
    if (!structural.has(step) && !/^\d+$/.test(step)) word = step
  }
  return { target, resource: embedded, word }
}

function resolveAnchor(
  name: string,
  resource: unknown,
  embedded: SchemaObject | undefined,
): Pointer | undefined {
  const legacy = `#${name}`
  const target = findSchema(
    resource,
    schema =>
      schema['$anchor'] === name ||
      schema['$dynamicAnchor'] === name ||
      schema['$id'] === legacy ||
      schema['id'] === legacy,
  )
  return target && { target, resource: embedded, word: name }
}

/** The embedded resource whose `$id` is `id`, or ends in it where `id` is relative; nothing is ever fetched. */
function findById(id: string, root: unknown): SchemaObject | undefined {
  const relative = `/${id}`
  return findSchema(root, ({ $id }) => {
    if (typeof $id !== 'string') return false
    const bare = $id.replace(/#$/, '')
    return bare === id || (!id.includes(':') && bare.endsWith(relative))
  })
}

function findSchema(
  root: unknown,
  matches: (schema: SchemaObject) => boolean,
): SchemaObject | undefined {
  const queue: unknown[] = [root]
  for (let index = 0; index < queue.length && index < 20_000; index++) {
    const value = queue[index]
    if (typeof value !== 'object' || value === null) continue
    if (isObject(value) && matches(value)) return value
    for (const member of Object.values(value)) queue.push(member)
  }
  return undefined
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unescape(token: string): string {
  return decode(token).replaceAll('~1', '/').replaceAll('~0', '~')
}

function decode(token: string): string {
  if (!token.includes('%')) return token
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}

function lastWord(base: string): string {
  return base.split('/').at(-1) ?? ''
}
