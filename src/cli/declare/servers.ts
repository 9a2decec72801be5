/** Commands about configured servers: `server`, `config`, `auth`, `install`, `uninstall`. */
import type { Program, Run } from '../program.ts'
import { declareAuth } from './auth.ts'
import { declareInstalling } from './installing.ts'
import { type PlainCommand, serverArguments, serverChoice } from './server-choice.ts'
import { declareConfig } from './settings.ts'
import { examples } from './words.ts'

export function declareServers(program: Program, run: Run): void {
  const server = program
    .command('server')
    .description('See, check and approve configured servers')
    .addHelpText(
      'before',
      examples([
        'mcp-execution server list',
        'mcp-execution server info github',
        'mcp-execution server approve github',
      ]),
    )
  declareLooking(server, run)
  declareStanding(server, run)
  declareConfig(program, run)
  declareAuth(program, run)
  declareInstalling(program, run)
}

function declareLooking(server: PlainCommand, run: Run): void {
  server
    .command('list')
    .description('List every configured server and where it comes from')
    .option('--all', 'Also entries that another of the same name hides')
    .action(flags =>
      run(async world => (await import('../commands/server.ts')).listServers(flags, world)),
    )
  serverArguments(server.command('info'))
    .description('Connect to a server: what it is, and its tools')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return (await import('../commands/server-live.ts')).serverInfo(choice, world)
      }),
    )
  serverArguments(server.command('validate'))
    .description('Check that a server, or every one, is configured well and answers')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return (await import('../commands/server-live.ts')).validateServers(choice, world)
      }),
    )
}

function declareStanding(server: PlainCommand, run: Run): void {
  server
    .command('approve')
    .description("Let a project's server run: shows the whole command first")
    .argument('<server>', 'A pending server (see: server list)')
    .option('-y, --yes', 'Do not ask')
    .action((name, flags) =>
      run(async world => (await import('../commands/server.ts')).approveServer(name, flags, world)),
    )
  server
    .command('revoke')
    .description('Take an approval back')
    .argument('<server>', 'An approved server')
    .action(name =>
      run(async world => (await import('../commands/server.ts')).revokeServer(name, world)),
    )
  server
    .command('input')
    .description("Store the value of an entry's ${input:…}, read from stdin")
    .argument('<server>', 'A configured server')
    .argument('<input>', 'The id of the input')
    .action((name, input) =>
      run(async world => (await import('../commands/server.ts')).storeInput(name, input, world)),
    )
  server
    .command('remove')
    .description('Forget a server registered by generate or call')
    .argument('<server>', 'A registered server')
    .action(name =>
      run(async world => (await import('../commands/server.ts')).removeServer(name, world)),
    )
}
