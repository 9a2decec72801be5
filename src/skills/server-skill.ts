/** The skill of one server, from its source to what is written. */
import { metadataFile } from './metadata.ts'
import { type RenderedSkill, type RenderOptions, renderServerSkill } from './render.ts'
import type { SkillSource } from './skill-source.ts'
import type { SkillDraft } from './store.ts'

export interface ServerSkillOptions extends RenderOptions {
  readonly generatorVersion: string
  /** ISO 8601. */
  readonly generatedAt: string
}

export interface ServerSkill extends SkillDraft {
  readonly rendered: RenderedSkill
}

export function serverSkill(
  source: SkillSource,
  { generatorVersion, generatedAt, ...options }: ServerSkillOptions,
): ServerSkill {
  const rendered = renderServerSkill(source, options)
  const { server, tools } = source
  return {
    rendered,
    files: rendered.files.filter(({ path }) => path !== metadataFile),
    metadata: {
      kind: 'server',
      skill_name: rendered.name,
      skill_description: rendered.description,
      server_id: server.id,
      server_name: server.name,
      server_version: server.version,
      protocol_version: server.protocolVersion,
      tool_count: tools.length,
      tools: tools.map(({ name, digest }) => ({ server: server.id, name, digest })),
      generated_at: generatedAt,
      generator_version: generatorVersion,
    },
  }
}
