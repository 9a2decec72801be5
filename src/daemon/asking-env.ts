/** A caller's environment, as far as the daemon has been told of it. */

export type Env = Readonly<Record<string, string | undefined>>

export class CallerEnv {
  readonly #known = new Map<string, string | undefined>()
  #values: Env | undefined

  /** What is known, plain; the same object until something more is learnt. */
  get values(): Env {
    return (this.#values ??= Object.fromEntries(this.#known))
  }

  /** What is not set at the caller's is known too: it is not asked for again. */
  learn(name: string, value: string | undefined): void {
    this.#known.set(name, value)
    this.#values = undefined
  }

  /** A view of what is known; `unknown` gathers the names that were looked at and are not. */
  asking(): { readonly env: Env; readonly unknown: ReadonlySet<string> } {
    const known = this.#known
    const unknown = new Set<string>()
    const env = new Proxy(this.values, {
      get(_target, name) {
        if (typeof name !== 'string') return undefined
        // Not the plain copy: another request of this caller may have learnt the name since.
        if (known.has(name)) return known.get(name)
        if (!(name in Object.prototype)) unknown.add(name)
        return undefined
      },
    })
    return { env, unknown }
  }
}
