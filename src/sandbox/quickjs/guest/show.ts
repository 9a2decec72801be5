/** Values as a person reads them in a log line. */
import { encode } from './encode.ts'
import { ErrorOf, hasInstance, toText } from './intrinsics.ts'

export function show(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return '[Function]'
  if (typeof value === 'symbol' || value === undefined || value === null) return toText(value)
  if (typeof value === 'bigint') return `${toText(value)}n`
  if (hasInstance(ErrorOf, value)) return toText(value)
  return encode(value) || toText(value)
}

/** console.log's arguments as one line; %s, %d, %i, %f, %j, %o, %O and %% are filled in. */
export function showAll(values: readonly unknown[]): string {
  // Taking it apart would ask the array for an iterator, which a program may have replaced.
  const first = values[0]
  let next = 0
  let text = ''
  if (typeof first === 'string' && values.length > 1) {
    next = 1
    text = first.replace(/%[sdifjoOc%]/g, (mark: string) => {
      if (mark === '%%') return '%'
      if (next >= values.length) return mark
      const value = values[next]
      next += 1
      return format(mark, value)
    })
  } else if (values.length > 0) {
    next = 1
    text = show(first)
  }
  for (; next < values.length; next += 1) text += ` ${show(values[next])}`
  return text
}

function format(mark: string, value: unknown): string {
  if (mark === '%c') return ''
  if (mark === '%d' || mark === '%f') return toText(Number(value))
  if (mark === '%i') return toText(Math.trunc(Number(value)))
  return show(value)
}
