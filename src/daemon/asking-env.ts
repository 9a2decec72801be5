/** A caller's environment as far as it is known here, and what was looked for beyond that. */
export type Env = Map<string, string | undefined>

/** A view of the known variables; `unknown` gathers the names that were looked at and are not among them. */
export function askingEnv(known: Env): {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly unknown: ReadonlySet<string>
} {
  const unknown = new Set<string>()
  const values: Record<string, string | undefined> = Object.fromEntries(known)
  const env = new Proxy(values, {
    get(target, name) {
      if (typeof name !== 'string') return undefined
      if (known.has(name)) return target[name]
      if (!(name in Object.prototype)) unknown.add(name)
      return undefined
    },
  })
  return { env, unknown }
}
