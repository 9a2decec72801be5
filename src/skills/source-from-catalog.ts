/** A live catalog as the source of a skill: schemas at hand, so every tool can have an example. */
import type { Catalog } from '../catalog/index.ts'
import { describe, type NamedTool, nameTools, type ToolLabels } from '../codegen/index.ts'
import type { SkillSource, SkillTool } from './skill-source.ts'

export function catalogSource(catalog: Catalog, labels?: ToolLabels): SkillSource {
  const { id, name, title, version, protocolVersion, instructions } = catalog.server
  return {
    server: {
      id,
      name,
      version,
      protocolVersion,
      ...(title !== undefined && { title }),
      ...(instructions !== undefined && { instructions }),
    },
    tools: nameTools(catalog, labels).map(skillTool),
  }
}

function skillTool(named: NamedTool): SkillTool {
  const { tool, name, file, label } = named
  const description = tool.description ?? tool.title
  return {
    name: tool.name,
    typescriptName: name,
    file,
    digest: tool.digest,
    ...(description !== undefined && { description }),
    ...(label.shortDescription !== undefined && { summary: label.shortDescription }),
    ...(label.category !== undefined && { category: label.category }),
    keywords: label.keywords ?? [],
    signature: describe(
      { ...named, tool: { ...tool, description: '', title: '' } },
      { docs: true },
    ),
    inputSchema: tool.inputSchema,
    readOnly: tool.annotations?.readOnlyHint === true,
    destructive: tool.annotations?.destructiveHint === true,
  }
}
