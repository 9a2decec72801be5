/** REFERENCE.md (every tool, one line each) and references/*.md (everything about the tools of one category). */
import { type ExampleCall, fence, programCall, shellCall } from './calls.ts'
import type { ToolGroup } from './groups.ts'
import { fencedCode, proseLine, quotation } from './neutralise.ts'
import { nameAsCode, shownName, summaryOf } from './render-skill.ts'
import type { SkillFile, SkillServer, SkillTool } from './skill-source.ts'

const maxInstructions = 4000
const maxDescription = 3000
const maxSignature = 8000
/** A reference file is read whole: longer categories are split into parts. */
const maxFileLength = 60_000

export function renderIndex(server: SkillServer, groups: readonly ToolGroup[]): SkillFile {
  const lines = groups.flatMap(({ title, file, tools }) => [
    `## ${title}`,
    '',
    `Parameters and examples: [${file}](${file})`,
    '',
    ...tools.map(indexLine),
    '',
  ])
  const instructions = server.instructions?.trim()
    ? ['The server says of itself:', '', quotation(server.instructions, maxInstructions), '']
    : []
  const text = [`# ${shownName(server)}: every tool`, '', ...instructions, ...lines].join('\n')
  return { path: 'REFERENCE.md', text: `${text.trimEnd()}\n` }
}

function indexLine(tool: SkillTool): string {
  const summary = summaryOf(tool, 160)
  const keywords = tool.keywords.map(keyword => proseLine(keyword, 40)).filter(Boolean)
  const tail = keywords.length > 0 ? ` (${keywords.slice(0, 8).join(', ')})` : ''
  return `- ${nameAsCode(tool.name)}${summary === '' ? '' : `: ${summary}`}${tail}`
}

/** One file a category; a long category goes on in `<name>-2.md`, …, each naming the next. */
export function renderGroup(
  server: SkillServer,
  group: ToolGroup,
  calls: ReadonlyMap<SkillTool, ExampleCall | undefined>,
): readonly SkillFile[] {
  const parts: string[][] = [[]]
  let length = 0
  for (const tool of group.tools) {
    const section = toolSection(server, tool, calls.get(tool))
    if (length > 0 && length + section.length > maxFileLength) {
      parts.push([])
      length = 0
    }
    parts.at(-1)?.push(section)
    length += section.length
  }
  return parts.map((sections, index) => part(group, sections, { index, count: parts.length }))
}

function part(
  { title, file }: ToolGroup,
  sections: readonly string[],
  { index, count }: { readonly index: number; readonly count: number },
): SkillFile {
  const pathOf = (at: number): string =>
    at === 0 ? file : file.replace(/\.md$/, `-part-${at + 1}.md`)
  const heading = count === 1 ? `# ${title}` : `# ${title} (part ${index + 1} of ${count})`
  const next = pathOf(index + 1).slice('references/'.length)
  const more = index + 1 < count ? [`The next tools are in [${next}](${next}).`] : []
  return { path: pathOf(index), text: `${[heading, ...sections, ...more].join('\n\n')}\n` }
}

function toolSection({ id }: SkillServer, tool: SkillTool, call: ExampleCall | undefined): string {
  const sections = [
    `## ${nameAsCode(tool.name)}`,
    (tool.description ?? '').trim() === '' ? '' : quotation(tool.description ?? '', maxDescription),
    tool.signature === undefined
      ? ''
      : fence('ts', fencedCode(tool.signature.slice(0, maxSignature))),
    call === undefined ? '' : exampleSection(id, call),
  ]
  return sections.filter(section => section !== '').join('\n\n')
}

function exampleSection(serverId: string, call: ExampleCall): string {
  const shell = shellCall(serverId, call)
  if (shell !== undefined) return fence('sh', shell)
  return fence('ts', programCall(serverId, call))
}
