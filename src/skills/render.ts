/** A server's whole skill as files, pure: same source, same bytes. */
import { skillDescription, type SkillName } from '../ids.ts'
import { type ExampleCall, exampleCall } from './calls.ts'
import { groupTools, otherTopics, type ToolGroup } from './groups.ts'
import { frontmatterText, proseLine } from './neutralise.ts'
import { renderGroup, renderIndex } from './render-reference.ts'
import { renderSkill, shownName, summaryOf } from './render-skill.ts'
import type { SkillFile, SkillSource, SkillTool } from './skill-source.ts'
import { deadlineRealm } from './with-deadline.ts'

export interface RenderOptions {
  readonly name: SkillName
  /** What the skill is for, in the user's words: they lead the description. */
  readonly hints?: readonly string[]
  /** "mcp-execution 1.2.3". */
  readonly generator: string
}

export interface RenderedSkill {
  readonly name: SkillName
  readonly description: string
  readonly files: readonly SkillFile[]
  readonly groups: readonly ToolGroup[]
  readonly examples: readonly ExampleCall[]
}

const maxExamples = 3
/** Clients list only the first few hundred characters of a description. */
const maxListing = 250

export function renderServerSkill(source: SkillSource, options: RenderOptions): RenderedSkill {
  const { server, tools } = source
  const { name, hints = [], generator } = options
  const groups = groupTools(tools)
  const withDeadline = deadlineRealm()
  const calls = new Map(tools.map(tool => [tool, exampleCall(tool, withDeadline)]))
  const examples = chooseExamples(calls.values())
  const description = describe(source, groups, hints)
  const page = { name, description, server, groups, hints, examples, generator }
  const files = [
    { path: 'SKILL.md', text: renderSkill(page) },
    renderIndex(server, groups),
    ...groups.flatMap(group => renderGroup(server, group, calls)),
  ]
  return { name, description, files, groups, examples }
}

/** Calls that only read and need little come first: an agent may try them as they are. */
function chooseExamples(made: Iterable<ExampleCall | undefined>): readonly ExampleCall[] {
  const calls = [...made].filter(call => call !== undefined)
  return calls.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxExamples)
}

function rank({ tool, args }: ExampleCall): number {
  const size = Math.abs(Object.keys(args).length - 1)
  return Number(tool.destructive) * 100 - Number(tool.readOnly) * 50 + size
}

function describe(
  { server, tools }: SkillSource,
  groups: readonly ToolGroup[],
  hints: readonly string[],
): string {
  const purpose = hints.map(hint => proseLine(hint, 120).replace(/\.$/, '')).filter(Boolean)
  const titles = groups.map(({ title }) => title).filter(title => title !== otherTopics)
  const topics = titles.length > 1 ? titles : tools.map(topicOf)
  const lead = `Use when a task needs ${shownName(server)}`
  const what = [...purpose, ...new Set(topics)]
  let text = lead
  for (const [index, topic] of what.entries()) {
    const next = `${text}${index === 0 ? ': ' : ', '}${topic}`
    if (next.length > maxListing) break
    text = next
  }
  return skillDescription(
    frontmatterText(`${text} (${tools.length} MCP tools, called as code).`, 1024),
  )
}

function topicOf(tool: SkillTool): string {
  return summaryOf(tool, 60) || proseLine(tool.name, 40).replaceAll(/[_-]+/g, ' ')
}
