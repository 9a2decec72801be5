/* oxlint-disable typescript/no-base-to-string -- the platform turns every argument into text, whatever it is */
/** URL, parsed by the worker (the WHATWG parser of the platform; text in, text out), and URLSearchParams. */
import { bridge } from './host.ts'
import { URLSearchParams } from './search-params.ts'

interface Parts {
  readonly href: string
  readonly origin: string
  readonly protocol: string
  readonly username: string
  readonly password: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
}

const writableParts = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const

export class URL {
  #parts: Parts
  readonly #params: URLSearchParams

  constructor(input: unknown, base?: unknown) {
    const text = String(input)
    const parts = base === undefined ? ask(['parse', text]) : ask(['parse', text, String(base)])
    if (parts === undefined) throw new TypeError(`Invalid URL: ${text.slice(0, 200)}`)
    this.#parts = parts
    this.#params = new URLSearchParams(parts.search)
    this.#params.onChange(query => {
      this.#set('search', query)
    })
  }

  static canParse(input: unknown, base?: unknown): boolean {
    return URL.parse(input, base) !== null
  }

  static parse(input: unknown, base?: unknown): URL | null {
    try {
      return new URL(input, base)
    } catch {
      return null
    }
  }

  get searchParams(): URLSearchParams {
    return this.#params
  }

  get origin(): string {
    return this.#parts.origin
  }

  toString(): string {
    return this.#parts.href
  }

  toJSON(): string {
    return this.#parts.href
  }

  static {
    for (const name of writableParts) {
      Object.defineProperty(URL.prototype, name, {
        get(this: URL): string {
          return this.#parts[name]
        },
        set(this: URL, value: unknown) {
          this.#set(name, String(value))
          if (name === 'search' || name === 'href') this.#params.reset(this.#parts.search)
        },
        enumerable: true,
        configurable: true,
      })
    }
  }

  #set(name: string, value: string): void {
    const parts = ask(['set', this.#parts.href, name, value])
    if (parts !== undefined) this.#parts = parts
    else if (name === 'href') throw new TypeError(`Invalid URL: ${value.slice(0, 200)}`)
  }
}

function ask(request: readonly string[]): Parts | undefined {
  const answer = bridge('url', ...request)
  // The worker answers with exactly these parts, or with nothing.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return answer === '' ? undefined : (JSON.parse(answer) as Parts)
}
