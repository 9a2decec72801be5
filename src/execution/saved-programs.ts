/** Saved programs inside a session: mounted for those that import them. */
import { LRUCache } from 'lru-cache'

import type { Catalog } from '../catalog/index.ts'
import { nameTools } from '../codegen/index.ts'
import { sha256 } from '../digest.ts'
import type { VirtualModules } from '../sandbox/index.ts'
import {
  programModules,
  readProgram,
  type RecordedTool,
  type SavedProgram,
  type ToolUse,
} from '../skills/index.ts'
import type { DeclaredTools } from './declared-tools.ts'

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
