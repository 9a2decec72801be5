/** Saved programs inside a session: found by search, mounted for those that import them, checked again when a tool changed. */
import { LRUCache } from 'lru-cache'
import MiniSearch from 'minisearch'

import type { Catalog } from '../catalog/index.ts'
import { nameTools } from '../codegen/index.ts'
import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import type { VirtualModules } from '../sandbox/index.ts'
import {
  modulePath,
  programModules,
  readProgram,
  recheckProgram,
  type RecordedTool,
  type SavedProgram,
  type ToolUse,
} from '../skills/index.ts'
import { quoteName } from '../text/index.ts'
import type { Checker } from '../typecheck/index.ts'
import type { DeclaredTools } from './declared-tools.ts'

export interface FoundProgram {
  readonly name: string
  /** What a program writes after `from`. */
  readonly module: string
  readonly description: string
  readonly exports: readonly string[]
}

/** Whether a text can name a saved program at all: most cannot, and then none is read. */
export function mayImportPrograms(text: string): boolean {
  return text.includes('skills/')
}

/** The saved programs that a program imports, and those that these import. */
export function importedPrograms(
  program: string,
  saved: readonly SavedProgram[],
): readonly SavedProgram[] {
  const byName = new Map(saved.map(each => [each.name, each]))
  const found = new Map<string, SavedProgram>()
  const follow = (text: string, specifiers: RegExp): void => {
    for (const [, name = ''] of text.matchAll(specifiers)) {
      const imported = byName.get(name)
      if (imported === undefined || found.has(name)) continue
      found.set(name, imported)
      follow(imported.source, /['"](?:(?:\/mcp-tools\/)?skills|\.)\/([a-z0-9-]+)(?:\.ts)?['"]/g)
    }
  }
  follow(program, /['"](?:\/mcp-tools\/)?skills\/([a-z0-9-]+)(?:\.ts)?['"]/g)
  return [...found.values()]
}

export type AddPrograms = (
  declared: DeclaredTools,
  programs: readonly SavedProgram[],
) => DeclaredTools

/** Declarations and modules with saved programs among them; the same maps for the same programs. */
export function programAdder(): AddPrograms {
  const kept = new LRUCache<string, DeclaredTools>({ max: 16 })
  return (declared, programs) => {
    if (programs.length === 0) return declared
    const { declarations } = declared
    const sources = programs.map(({ name, source }) => `${name} ${sha256(source)}`)
    const digest = sha256([declarations.digest, ...sources].join('\n')).slice(0, 32)
    const known = kept.get(digest)
    if (known !== undefined) return known
    const added = programModules(programs)
    let mounted: VirtualModules | undefined
    const made: DeclaredTools = {
      declarations: {
        ...declarations,
        digest,
        modules: new Map([...declarations.modules, ...added]),
      },
      modules: () => (mounted ??= new Map([...declared.modules(), ...added])),
    }
    kept.set(digest, made)
    return made
  }
}

/** Throws VALIDATION where a tool changed so that a saved program no longer fits. */
export async function ensureCurrent(
  programs: readonly SavedProgram[],
  catalogs: readonly Catalog[],
  {
    checker,
    declared,
  }: { readonly checker: Checker | undefined; readonly declared: DeclaredTools },
): Promise<void> {
  const digests = new Map<string, string>(
    catalogs.flatMap(({ server, tools }) =>
      tools.map(({ name, digest }) => [`${server.id}.${name}`, digest] as const),
    ),
  )
  for (const program of programs) {
    const recheck = await recheckProgram(program, {
      digestOf: (server, tool) => Promise.resolve(digests.get(`${server}.${tool}`)),
      check: async ({ source }) => {
        const { declarations } = declared
        const result = await checker?.check({ source, declarations })
        return result?.status === 'rejected' ? result.diagnostics[0]?.message : undefined
      },
    })
    if (recheck.status === 'broken') {
      throw new ExecutionError(
        'VALIDATION',
        `Cannot import the saved program ${quoteName(program.name)}: a tool it calls has changed (${recheck.problem}); mend it, and save it again`,
        { details: { program: program.name } },
      )
    }
  }
}

/** The tools a program names, by wire name, with their digests now. */
export function toolsNamed(program: string, catalogs: readonly Catalog[]): readonly RecordedTool[] {
  const found = new Map<string, RecordedTool>()
  for (const use of readProgram(program).tools) {
    const catalog = catalogs.find(({ server }) => server.id === use.server)
    const named = nameTools(catalog ?? { tools: [] }).find(each => isNamedBy(use, each))
    if (named === undefined) continue
    const { name, digest } = named.tool
    found.set(`${use.server}.${name}`, { server: use.server, name, digest })
  }
  return [...found.values()]
}

function isNamedBy(
  use: ToolUse,
  { tool, name, file }: ReturnType<typeof nameTools>[number],
): boolean {
  if ('file' in use) return use.file === file
  return 'wireName' in use ? use.wireName === tool.name : use.typescriptName === name
}

const maxFound = 5

/** Saved programs that fit the words; all of them, up to five, where there are none. */
export function searchPrograms(
  query: string,
  programs: readonly SavedProgram[],
): readonly FoundProgram[] {
  const index = new MiniSearch<SavedProgram>({
    idField: 'name',
    fields: ['name', 'description', 'exports'],
    extractField: (program, field) => textOf(program, field),
    searchOptions: { boost: { name: 3, exports: 2 }, prefix: true, fuzzy: 0.2 },
  })
  index.addAll(programs)
  const names =
    query.trim() === ''
      ? programs.map(({ name }) => name)
      : index.search(query).map(({ id }) => String(id))
  return names
    .map(name => programs.find(program => program.name === name))
    .filter(program => program !== undefined)
    .slice(0, maxFound)
    .map(({ name, description, exports }) => ({
      name,
      module: modulePath(name),
      description,
      exports,
    }))
}

function textOf({ name, description, exports }: SavedProgram, field: string): string {
  return { name, description, exports: exports.join(' ') }[field] ?? ''
}
