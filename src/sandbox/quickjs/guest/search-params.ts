/* oxlint-disable typescript/no-base-to-string -- the platform turns every argument into text, whatever it is */
/** URLSearchParams over a list of pairs. */
type Pair = [string, string]

export class URLSearchParams {
  #pairs: Pair[] = []
  #changed: (query: string) => void = () => {}

  constructor(init: unknown = '') {
    this.#pairs = pairsOf(init)
  }

  /** For the URL that owns these. */
  onChange(listener: (query: string) => void): void {
    this.#changed = listener
  }

  reset(query: string): void {
    this.#pairs = parse(query)
  }

  get size(): number {
    return this.#pairs.length
  }

  append(name: unknown, value: unknown): void {
    this.#pairs.push([String(name), String(value)])
    this.#tell()
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#pairs.filter(
      ([key, held]) => key !== String(name) || (value !== undefined && held !== String(value)),
    )
    this.#tell()
  }

  get(name: unknown): string | null {
    return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null
  }

  getAll(name: unknown): string[] {
    return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value)
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#pairs.some(
      ([key, held]) => key === String(name) && (value === undefined || held === String(value)),
    )
  }

  set(name: unknown, value: unknown): void {
    const key = String(name)
    const first = this.#pairs.findIndex(([held]) => held === key)
    if (first === -1) this.#pairs.push([key, String(value)])
    else {
      this.#pairs = this.#pairs.filter(([held], index) => held !== key || index === first)
      this.#pairs[first] = [key, String(value)]
    }
    this.#tell()
  }

  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.#tell()
  }

  forEach(visit: (value: string, name: string, all: URLSearchParams) => void): void {
    for (const [name, value] of this.#pairs) visit(value, name, this)
  }

  *entries(): Generator<Pair> {
    for (const [name, value] of this.#pairs) yield [name, value]
  }

  *keys(): Generator<string> {
    for (const [name] of this.#pairs) yield name
  }

  *values(): Generator<string> {
    for (const [, value] of this.#pairs) yield value
  }

  [Symbol.iterator](): Generator<Pair> {
    return this.entries()
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&')
  }

  #tell(): void {
    this.#changed(this.toString())
  }
}

function pairsOf(init: unknown): Pair[] {
  if (init instanceof URLSearchParams) return [...init]
  if (typeof init !== 'object' || init === null) return parse(String(init))
  const entries: Iterable<unknown> = isIterable(init) ? init : Object.entries(init)
  const pairs: Pair[] = []
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new TypeError('Each pair has two members')
    }
    pairs.push([String(entry[0]), String(entry[1])])
  }
  return pairs
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}

function parse(query: string): Pair[] {
  const text = query.startsWith('?') ? query.slice(1) : query
  const parts = text.split('&').filter(part => part !== '')
  return parts.map(part => {
    const at = part.indexOf('=')
    return at === -1
      ? [unescape(part), '']
      : [unescape(part.slice(0, at)), unescape(part.slice(at + 1))]
  })
}

function unescape(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** application/x-www-form-urlencoded. */
function escape(text: string): string {
  return encodeURIComponent(wellFormed(text))
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Half a surrogate pair becomes U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    '\uFFFD',
  )
}
