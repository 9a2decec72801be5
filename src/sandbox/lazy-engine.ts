import type { Engine } from './engine.ts'
import { openQuickJsEngine } from './quickjs/engine.ts'
import type { EngineSnapshot } from './snapshot.ts'

export interface LazyEngine extends Engine {
  prestart(): void
  opened(): { readonly engine?: EngineSnapshot }
}

/** Opens the engine when the first program comes, or a little before. */
export function lazyEngine(workers: number | undefined): LazyEngine {
  let opening: Promise<Engine> | undefined
  let open: Engine | undefined
  const engine = async (): Promise<Engine> => {
    opening ??= openQuickJsEngine(workers === undefined ? {} : { workers })
    open = await opening
    return open
  }
  return {
    name: 'quickjs',
    run: async (source, options) => await (await engine()).run(source, options),
    snapshot: () => {
      if (open === undefined) throw new TypeError('no program has run')
      return open.snapshot()
    },
    prestart: () => {
      // A failure to open is told to the first program.
      void engine().catch(() => undefined)
    },
    opened: () => (open === undefined ? {} : { engine: open.snapshot() }),
    async [Symbol.asyncDispose]() {
      await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}
