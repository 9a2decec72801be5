/** Strings and numbers that keep a schema's bounds, formats and patterns. */
import { sampleOfPattern } from './sample-pattern.ts'
import type { SchemaObject } from './schema-variants.ts'

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'user@example.com',
  'idn-email': 'user@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com',
  url: 'https://example.com',
  iri: 'https://example.com',
  'uri-reference': '/example',
  'iri-reference': '/example',
  'uri-template': '/example',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  regex: '.*',
  byte: 'ZXhhbXBsZQ==',
  base64: 'ZXhhbXBsZQ==',
  'json-pointer': '/example',
  'relative-json-pointer': '0',
}

/** Guesses from a property's name, where the schema says nothing: what the tool would most likely take. */
const hints: readonly (readonly [key: RegExp, sample: string])[] = [
  [/e-?mail/i, 'user@example.com'],
  [/url|uri|link|website/i, 'https://example.com'],
  [/(^|_)date$|Date$/, '2026-01-31'],
  [/time(stamp)?$|(_at|At)$/, '2026-01-31T12:00:00Z'],
  [/uuid/i, '123e4567-e89b-42d3-a456-426614174000'],
]

/** Strings the schema takes, likeliest first. Runs the schema's pattern: only for use under a deadline. */
export function* sampleText(schema: SchemaObject, place: SamplePlace): Iterable<string> {
  for (const text of guesses(schema, place)) {
    for (const padding of new Set(['x', text.at(-1) ?? 'x', text || 'x'])) {
      const sample = fitted(text, schema, padding)
      if (matches(sample, schema['pattern'])) yield sample
    }
  }
}

interface SamplePlace {
  /** The property's name, where it is one. */
  readonly key?: string
  /** Distinguishes the items of an array that wants unique ones. */
  readonly ordinal?: number
}

function* guesses(schema: SchemaObject, { key = '', ordinal = 0 }: SamplePlace): Iterable<string> {
  const { format, pattern } = schema
  if (typeof format === 'string' && Object.hasOwn(formats, format)) yield formats[format] ?? ''
  const hinted = hints.find(([name]) => name.test(key))?.[1]
  if (hinted !== undefined && format === undefined) yield hinted
  if (typeof pattern === 'string') yield sampleOfPattern(pattern) ?? ''
  yield ordinal === 0 ? 'example' : `example-${ordinal + 1}`
}

function matches(text: string, pattern: unknown): boolean {
  if (typeof pattern !== 'string') return true
  return regExpOf(pattern)?.test(text) ?? true
}

function regExpOf(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags)
    } catch {
      continue
    }
  }
  return undefined
}

/** Numbers the schema may take, likeliest first. */
export function* sampleNumber(
  schema: SchemaObject,
  { whole, ordinal }: { readonly whole: boolean; readonly ordinal: number },
): Iterable<number> {
  const step = numberOr(schema['multipleOf'], 1)
  const { low, high } = bounds(schema, whole ? 1 : Math.min(step, 1))
  const wanted = low !== undefined && low > 1 ? low : Math.min(1, high ?? 1)
  yield roundTo(Math.max(wanted, low ?? wanted), step) + ordinal * step
  yield (low ?? high ?? 0) + ordinal * step
  if (low !== undefined && high !== undefined) yield (low + high) / 2
  yield 0
}

function bounds(schema: SchemaObject, step: number): { low?: number; high?: number } {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const low = Math.max(
    numberOr(minimum, Number.NEGATIVE_INFINITY) + (exclusiveMinimum === true ? step : 0),
    numberOr(exclusiveMinimum, Number.NEGATIVE_INFINITY) + step,
  )
  const high = Math.min(
    numberOr(maximum, Number.POSITIVE_INFINITY) - (exclusiveMaximum === true ? step : 0),
    numberOr(exclusiveMaximum, Number.POSITIVE_INFINITY) - step,
  )
  return {
    ...(Number.isFinite(low) && { low }),
    ...(Number.isFinite(high) && { high }),
  }
}

function roundTo(value: number, step: number): number {
  return step === 1 ? Math.ceil(value) : Math.ceil(value / step) * step
}

function fitted(text: string, { minLength, maxLength }: SchemaObject, padding: string): string {
  const least = Math.min(numberOr(minLength, 0), 10_000)
  const long = text.padEnd(least, padding)
  return long.slice(0, Math.max(numberOr(maxLength, long.length), 0))
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
