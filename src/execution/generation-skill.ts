/** The pages that make a generated tree a skill: SKILL.md and what it refers to. */
import type { Catalog } from '../catalog/index.ts'
import {
  describe,
  nameTools,
  type NamedTool,
  type SourceFile,
  type ToolLabels,
} from '../codegen/index.ts'
import { renderServerSkill, skillNameFor, type SkillTool } from '../skills/index.ts'

export function skillPages(
  catalog: Catalog,
  labels: ToolLabels,
  generator: string,
): readonly SourceFile[] {
  const { id, name, title, version, protocolVersion, instructions } = catalog.server
  const server = {
    id,
    name,
    ...(title !== undefined && { title }),
    version,
    protocolVersion,
    ...(instructions !== undefined && { instructions }),
  }
  const tools = nameTools(catalog, labels).map(named => skillTool(named))
  return renderServerSkill({ server, tools }, { name: skillNameFor(id), generator }).files
}

function skillTool(named: NamedTool): SkillTool {
  const { tool, name, file, label } = named
  const { category } = label
  return {
    name: tool.name,
    typescriptName: name,
    file,
    ...(tool.description !== undefined && { description: tool.description }),
    ...(category !== undefined && { category }),
    keywords: label.keywords ?? [],
    signature: describe(named, { docs: false }),
    inputSchema: tool.inputSchema,
    readOnly: tool.annotations?.readOnlyHint === true,
    destructive: tool.annotations?.destructiveHint === true,
  }
}
