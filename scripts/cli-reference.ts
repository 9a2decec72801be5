/** Writes docs/reference/cli.md: the help of every command, as the program prints it. `npm run docs:cli`. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { buildProgram } from '../src/cli/program.ts'

type Described = ReturnType<typeof buildProgram>['commands'][number]

const output = { getOutHelpWidth: (): number => 80 }
const file = fileURLToPath(new URL('../docs/reference/cli.md', import.meta.url))

/** The page as it should be. */
export function cliReference(): string {
  const program = buildProgram({ binary: 'mcp-execution', output, run: () => undefined })
  const intro = [
    '# Command line',
    'Made from the program itself by `npm run docs:cli`; a test compares the two. Results go to stdout, everything else to',
    'stderr. `mcp-execution-cli` is the same program, except that without arguments it never becomes a server.',
  ]
  const [title, ...text] = intro
  const own = helpText(program)
  const visible = program.commands.filter(command =>
    program.createHelp().visibleCommands(program).includes(command),
  )
  const sections = visible.flatMap(command => section(command, '##'))
  return [title, text.join('\n'), fenced(own), ...sections].join('\n\n') + '\n'
}

function section(command: Described, level: '##' | '###', parent = ''): readonly string[] {
  const path = `${parent} ${command.name()}`.trim()
  const inner = command.commands.flatMap(each => section(each, '###', path))
  return [`${level} ${path}`, fenced(helpText(command)), ...inner]
}

/** What `--help` prints, without the global options that the page shows once. */
function helpText(command: { helpInformation: () => string }): string {
  return command.helpInformation().split('\nGlobal Options:')[0] ?? ''
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(file, cliReference())
  execFileSync('npx', ['--no-install', 'oxfmt', file], { stdio: 'inherit' })
}
