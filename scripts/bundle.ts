/**
 * Bundles src/ with Rolldown. A process pays for every file it loads and for all that is in it, so what runs on the way to a
 * frequent command lies together, and what runs in a process or thread of its own is bundled on its own.
 */
import { chmod } from 'node:fs/promises'

import { type OutputChunk, rolldown, type RolldownBuild } from 'rolldown'

/** Output name → source, as paths relative to the root. */
export type Entries = Readonly<Record<string, string>>

export interface BundleOptions {
  readonly root: string
  /** Absolute; `dist/` where it is not given. */
  readonly into?: string
  /** What stays an import of an installed package. */
  readonly external: readonly string[]
  /**
   * Sources from which a frequent way through the program starts. All that is loaded on the first of them that reaches it
   * lies in one file; what several later ones share, in one file for those.
   */
  readonly journeys?: readonly (readonly string[])[]
}

/**
 * Writes `dist/<name>.js` for each entry, and `dist/chunks/` for what they share or load later; `into` another folder, all
 * in it as `<name>.mjs`.
 */
export async function bundle(entries: Entries, options: BundleOptions): Promise<void> {
  const { root, into, external, journeys = [] } = options
  const build = await rolldown({
    cwd: root,
    input: { ...entries },
    platform: 'node',
    external: external.map(name => new RegExp(`^${name}(/|$)`)),
    // jsonc-parser's CommonJS build asks for its parts in a way no bundler can follow.
    resolve: {
      mainFields: ['module', 'main'],
      alias: { '@modelcontextprotocol/client/_shims': `${root}scripts/sdk-client-shims.ts` },
    },
    // Asked for by the shared files; what the entries give stays what they export (test/package pins it).
    preserveEntrySignatures: 'allow-extension',
    transform: { target: 'node20.19' },
    logLevel: 'warn',
  })
  const places = journeys.length === 0 ? undefined : await sharedPlaces(build, root, journeys)
  await build.write({
    ...(into === undefined
      ? { dir: `${root}dist`, chunkFileNames: 'chunks/[name]-[hash].js' }
      : { dir: into, entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' }),
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
    ...(places && {
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ debugName: 'journeys', name: (module: string) => places.get(module) ?? null }],
      },
    }),
  })
  await build.close()
  const binaries = Object.keys(entries).filter(name => name.startsWith('bin/'))
  await Promise.all(binaries.map(name => chmod(`${root}dist/${name}.js`, 0o755)))
}

/** The name of the shared file for each module that one of the journeys loads at its start. */
async function sharedPlaces(
  build: RolldownBuild,
  root: string,
  journeys: BundleOptions['journeys'] & {},
): Promise<ReadonlyMap<string, string>> {
  const { output } = await build.generate({})
  const chunks = new Map(
    output.flatMap(file => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
  )
  const loaded = journeys.map(sources =>
    modulesFrom(
      [...chunks.values()].filter(chunk => isOneOf(chunk, sources, root)),
      chunks,
    ),
  )
  // To load an entry is to run it: it lies in no file that others load, too.
  const entries = new Set([...chunks.values()].map(chunk => chunk.isEntry && chunk.facadeModuleId))
  const modules = loaded.flatMap(each => [...each]).filter(module => !entries.has(module))
  return new Map(
    [...new Set(modules)].map(module => {
      const ways = loaded.flatMap((each, index) => (each.has(module) ? [index] : []))
      return [module, `shared-${ways.includes(0) ? '0' : ways.join('')}`]
    }),
  )
}

function isOneOf(
  { facadeModuleId }: OutputChunk,
  sources: readonly string[],
  root: string,
): boolean {
  return sources.some(source => facadeModuleId === `${root}${source}`)
}

/** Everything that is loaded with the chunks, as far as it is imported statically. */
function modulesFrom(
  starts: readonly OutputChunk[],
  chunks: ReadonlyMap<string, OutputChunk>,
): ReadonlySet<string> {
  const seen = new Set(starts)
  for (const chunk of seen) {
    for (const name of chunk.imports) {
      const next = chunks.get(name)
      if (next !== undefined) seen.add(next)
    }
  }
  return new Set([...seen].flatMap(chunk => chunk.moduleIds))
}
