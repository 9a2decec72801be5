/** Finds saved programs by what they are called and what is said of them. */
import MiniSearch from 'minisearch'

import { modulePath, type SavedProgram } from '../skills/index.ts'

export interface FoundProgram {
  readonly name: string
  /** What a program writes after `from`. */
  readonly module: string
  readonly description: string
  readonly exports: readonly string[]
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
