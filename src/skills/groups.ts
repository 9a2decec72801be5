/** A skill's tools by category, each category with the file its details go to. */
import { slugOf } from './names.ts'
import { proseLine } from './neutralise.ts'
import type { SkillTool } from './skill-source.ts'
import { topicsOf } from './topics.ts'

export interface ToolGroup {
  /** As shown. */
  readonly title: string
  /** "references/<slug>.md". */
  readonly file: string
  readonly tools: readonly SkillTool[]
}

const uncategorised = 'tools'
export const otherTopics = 'other'

/** Groups by title; those the server or the user did not categorise come last, together. */
export function groupTools(tools: readonly SkillTool[]): readonly ToolGroup[] {
  const topics = tools.some(({ category }) => category !== undefined)
    ? new Map<string, string>()
    : topicsOf(tools.map(({ name }) => name))
  const rest = topics.size === 0 ? uncategorised : otherTopics
  const byTitle = new Map<string, SkillTool[]>()
  for (const tool of tools) {
    const title = titleOf(tool.category ?? topics.get(tool.name)) || rest
    byTitle.set(title, [...(byTitle.get(title) ?? []), tool])
  }
  const titles = [...byTitle.keys()].toSorted(
    (a, b) => Number(a === rest) - Number(b === rest) || (a < b ? -1 : 1),
  )
  const taken = new Set<string>()
  return titles.map(title => ({
    title,
    file: `references/${freeSlug(title, taken)}.md`,
    tools: byTitle.get(title) ?? [],
  }))
}

function titleOf(category: string | undefined): string {
  return proseLine(category ?? '', 60)
}

function freeSlug(title: string, taken: Set<string>): string {
  const slug = slugOf(title).slice(0, 60) || 'more'
  let free = slug
  for (let next = 2; taken.has(free); next += 1) free = `${slug}-${next}`
  taken.add(free)
  return free
}
