/** Commands that call tools, and keep their connections warm: `call`, `daemon`. */
import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

export function declareCalls(program: Program, run: Run): void {
  declareCall(program, run)
}

function declareCall(program: Program, run: Run): void {
  program
    .command('call')
    .description('Call one tool; prints its result as JSON')
    .argument('<server.tool>', 'A configured server and its tool; also as two words')
    .argument(
      '[arguments...]',
      'A JSON object, @file, -, --name value or name=value; --help prints the tool',
    )
    .addHelpText(
      'before',
      examples([
        `mcp-execution call github.create_issue '{"owner": "o", "repo": "r", "title": "t"}'`,
        'mcp-execution call github create_issue --owner o --repo r --title t',
        'mcp-execution call github.create_issue --help',
        'mcp-execution call echo message=hi -- npx -y @modelcontextprotocol/server-everything',
      ]),
    )
    .addHelpText('after', callFlags)
    .action((target, words) =>
      run(async world => {
        const { call } = await import('../commands/call.ts')
        return await call([target, ...words], world)
      }),
    )
}

const callFlags = `
Flags, before the tool or where it has no parameter of that name:
  --timeout <seconds>    How long the tool may take
  --raw                  Print the whole answer: every content part, undecoded
  --fresh                Never from the result cache
Before the tool, a server of its own: --command, --arg, --env, --cwd, --http, --sse, --header, --name,
or a command after --.
`

/** Commands that say how things stand: `stats`, `debug`, `cache`. */
export function declareDiagnosis(_program: Program, _run: Run): void {}
