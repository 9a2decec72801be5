/** structuredClone for what a program has: plain data, Map, Set, Date, RegExp, errors, buffers; cycles kept. */
type Seen = Map<object, object>

export function structuredClone(value: unknown): unknown {
  return copy(value, new Map())
}

function copy(value: unknown, seen: Seen): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw refused(value)
  if (typeof value !== 'object' || value === null) return value
  return seen.get(value) ?? copyObject(value, seen)
}

function copyObject(value: object, seen: Seen): object {
  const leaf = copyLeaf(value)
  if (leaf !== undefined) {
    seen.set(value, leaf)
    return leaf
  }
  if (value instanceof Map) return copyMap(value, seen)
  if (value instanceof Set) return copySet(value, seen)
  if (value instanceof Error) return copyError(value, seen)
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    throw refused(value)
  }
  return copyMembers(value, Array.isArray(value) ? [] : {}, seen)
}

function copyLeaf(value: object): object | undefined {
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof RegExp) return new RegExp(value.source, value.flags)
  if (value instanceof ArrayBuffer) return value.slice(0)
  if (ArrayBuffer.isView(value)) return copyView(value)
  if (isBoxed(value)) return Object(value.valueOf())
  return undefined
}

function isBoxed(value: object): boolean {
  return /^\[object (?:Number|String|Boolean)\]$/.test(Object.prototype.toString.call(value))
}

function copyView(view: ArrayBufferView): object {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
  return Reflect.construct(view.constructor, [bytes.buffer])
}

function copyMap(map: ReadonlyMap<unknown, unknown>, seen: Seen): object {
  const result = new Map<unknown, unknown>()
  seen.set(map, result)
  for (const [key, member] of map) result.set(copy(key, seen), copy(member, seen))
  return result
}

function copySet(set: ReadonlySet<unknown>, seen: Seen): object {
  const result = new Set<unknown>()
  seen.set(set, result)
  for (const member of set) result.add(copy(member, seen))
  return result
}

function copyError(error: Error, seen: Seen): object {
  const result = new Error(error.message)
  result.name = error.name
  seen.set(error, result)
  if (error.cause !== undefined) result.cause = copy(error.cause, seen)
  return result
}

function copyMembers(from: object, to: object, seen: Seen): object {
  seen.set(from, to)
  for (const [key, member] of Object.entries(from)) {
    Object.defineProperty(to, key, {
      value: copy(member, seen),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return to
}

function refused(value: unknown): Error {
  return new DOMException(`${typeof value} could not be cloned`, 'DataCloneError')
}
