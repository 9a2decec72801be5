/** `auth login|logout|status`. */
import type { Program, Run } from '../program.ts'
import { serverArguments, serverChoice } from './server-choice.ts'
import { examples } from './words.ts'

export function declareAuth(program: Program, run: Run): void {
  const auth = program
    .command('auth')
    .description('Log in to servers that ask for OAuth')
    .addHelpText(
      'before',
      examples(['mcp-execution auth login github', 'mcp-execution auth status']),
    )
  serverArguments(auth.command('login'))
    .description('Log in through the browser; the credentials stay on this machine')
    .option('--scope <scopes>', 'What to ask for, separated by blanks')
    .option('--client-metadata-url <url>', 'An https URL that describes this client')
    .option('--no-browser', 'Only show the address to open')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return (await import('../commands/auth.ts')).login(choice, flags, world)
      }),
    )
  serverArguments(auth.command('logout'))
    .description('Forget the credentials of a server')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return (await import('../commands/auth.ts')).logout(choice, world)
      }),
    )
  auth
    .command('status')
    .description('Show where one is logged in, and until when')
    .action(() => run(async world => (await import('../commands/auth.ts')).status(world)))
}
