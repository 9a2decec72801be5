/** A checked program kept as a skill: a module later programs import, with a page that says what it does. */
import { ExecutionError } from '../errors.ts'
import { skillDescription, type SkillName } from '../ids.ts'
import { quoteName } from '../text/index.ts'
import { fence } from './calls.ts'
import { printFrontmatter } from './frontmatter.ts'
import type { RecordedTool } from './metadata.ts'
import { fencedCode, frontmatterText, proseLine, quotation } from './neutralise.ts'
import { skillsMount } from './program-modules.ts'
import { type ProgramExport, readProgram } from './program-text.ts'
import { nameAsCode } from './render-skill.ts'
import type { SkillDraft } from './store.ts'

const maxProgramBytes: number = 256 * 1024

export interface ProgramSkillOptions {
  readonly name: SkillName
  /** Else the program's header comment. */
  readonly description?: string | undefined
  /** Every tool the program names, as its server's tree has it now. */
  readonly tools: readonly RecordedTool[]
  readonly generatorVersion: string
  /** ISO 8601. */
  readonly generatedAt: string
}

/** Throws INVALID_ARGUMENT where the program exports nothing, says nothing of itself, or is over 256 KiB. */
export function programSkill(source: string, options: ProgramSkillOptions): SkillDraft {
  const { name, tools, generatorVersion, generatedAt } = options
  const { exports, description: header } = readProgram(source)
  const said = options.description ?? header
  if (Buffer.byteLength(source) > maxProgramBytes) {
    throw refused(name, 'it is over 256 KiB; split it')
  }
  if (exports.length === 0) {
    throw refused(name, 'it exports nothing; export the functions others should import')
  }
  if (said.trim() === '') {
    throw refused(
      name,
      'it does not say what it does; begin it with a /** comment */, or give --description',
    )
  }
  const description = describe(said)
  const generator = `mcp-execution ${generatorVersion}`
  const page = { name, description, said, exports, tools, generator }
  return {
    files: [
      { path: 'SKILL.md', text: renderPage(page) },
      { path: scriptPath(name), text: source },
    ],
    metadata: {
      kind: 'program',
      skill_name: name,
      skill_description: description,
      server_id: 'mcp-execution',
      server_name: 'mcp-execution',
      server_version: generatorVersion,
      protocol_version: 'none',
      tool_count: tools.length,
      tools,
      generated_at: generatedAt,
      generator_version: generatorVersion,
    },
  }
}

export function scriptPath(name: string): string {
  return `scripts/${name}.ts`
}

interface Page {
  readonly name: string
  readonly description: string
  readonly said: string
  readonly exports: readonly ProgramExport[]
  readonly tools: readonly RecordedTool[]
  readonly generator: string
}

function describe(said: string): string {
  const text = frontmatterText(said, 900)
  return skillDescription(/\buse when\b/i.test(text) ? text : `Use when this is needed: ${text}`)
}

function renderPage({ name, description, said, exports, tools, generator }: Page): string {
  const named = exports.map(each => each.name).filter(each => each !== 'default')
  const clause = named.length > 0 ? `{ ${named.slice(0, 4).join(', ')} }` : 'program'
  const importing = `import ${clause} from '${skillsMount}/${name}.ts'`
  const sections = [
    `# ${name}`,
    quotation(said, 3000),
    'A saved, type-checked program. Import it in a program of your own and run that with `mcp-execution execute program.ts`:',
    fence('ts', fencedCode(importing)),
    '## Exports',
    ...exports.flatMap(exportSection),
    ...toolSection(tools),
    `The whole source: [${scriptPath(name)}](${scriptPath(name)}).`,
  ]
  return `${printFrontmatter({
    name,
    description,
    compatibility: 'Needs the mcp-execution command (npm, Node 20.19 or newer)',
    metadata: { generator, module: `${skillsMount}/${name}.ts` },
  })}\n${sections.join('\n\n')}\n`
}

function exportSection({ doc, signature }: ProgramExport): readonly string[] {
  return [...(doc === '' ? [] : [proseLine(doc, 300)]), fence('ts', fencedCode(signature))]
}

function toolSection(tools: readonly RecordedTool[]): readonly string[] {
  if (tools.length === 0) return []
  const names = tools.map(({ server, name }) => nameAsCode(`${server}.${name}`))
  return ['## Tools it calls', names.join(', ')]
}

function refused(name: string, how: string): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot save the program ${quoteName(name)}: ${how}`,
  )
}
