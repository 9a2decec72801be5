/** `tokens <server…>`. */
import type { Program, Run } from '../program.ts'
import { serverChoice, serverCommand } from './server-choice.ts'
import { examples, wholeNumber } from './words.ts'

export function declareTokens(program: Program, run: Run): void {
  serverCommand(program, 'tokens')
    .description('Measure what an agent reads of a server, on each way to a tool')
    .option('--all', 'Every configured server')
    .option(
      '--calls <count>',
      'Calls assumed by the older analytic model',
      wholeNumber(0, 1_000_000),
    )
    .addHelpText(
      'before',
      examples([
        'mcp-execution tokens github',
        'mcp-execution tokens github memory --json',
        'mcp-execution tokens -- npx -y @modelcontextprotocol/server-everything',
      ]),
    )
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return await (await import('../commands/tokens.ts')).tokens(choice, flags, world)
      }),
    )
}
