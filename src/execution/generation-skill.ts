/** The pages that make a generated tree a skill: SKILL.md and what it refers to. */
import type { Catalog } from '../catalog/index.ts'
import type { SourceFile, ToolLabels } from '../codegen/index.ts'
import { catalogSource, renderServerSkill, skillNameFor } from '../skills/index.ts'

export function skillPages(
  catalog: Catalog,
  labels: ToolLabels,
  generator: string,
): readonly SourceFile[] {
  const name = skillNameFor(catalog.server.id)
  return renderServerSkill(catalogSource(catalog, labels), { name, generator }).files
}
