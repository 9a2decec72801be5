/** Commands that call tools, and keep their connections warm: `call`, `daemon`. */
import { Option } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { examples, wholeNumber } from './words.ts'

export function declareCalls(program: Program, run: Run): void {
  declareCall(program, run)
  declareDaemon(program, run)
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

function declareDaemon(program: Program, run: Run): void {
  const daemon = program
    .command('daemon')
    .description('The background process that keeps connections warm; the first call starts it')
    .addHelpText(
      'before',
      examples(['mcp-execution daemon status', 'mcp-execution daemon restart']),
    )
  daemon
    .command('start')
    .description('Start it now')
    .action(() => run(async world => (await import('../commands/daemon.ts')).startDaemon(world)))
  daemon
    .command('stop')
    .description('Stop it, and with it every server it keeps')
    .action(() => run(async world => (await import('../commands/daemon.ts')).stopDaemon(world)))
  daemon
    .command('restart')
    .description('Stop it and start it again')
    .action(() => run(async world => (await import('../commands/daemon.ts')).restartDaemon(world)))
  daemon
    .command('status')
    .description('Whether it runs, and its connections; exit code 1 where it does not')
    .action(() => run(async world => (await import('../commands/daemon.ts')).showDaemon(world)))
  daemon
    .command('logs')
    .description('What it wrote down, newest last')
    .addOption(
      new Option('-n, --lines <count>', 'How many lines')
        .default(50)
        .argParser(wholeNumber(1, 100_000)),
    )
    .action(flags =>
      run(async world => (await import('../commands/daemon.ts')).showDaemonLogs(flags, world)),
    )
}
