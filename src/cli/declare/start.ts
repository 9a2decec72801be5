/** Commands for the first minutes: `setup`, `completions`, and the hidden `demo` that `npm start` runs. */
import { Argument } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

export function declareStart(program: Program, run: Run): void {
  program
    .command('setup')
    .description('Check this machine and say what to do next')
    .addHelpText('before', examples(['mcp-execution setup', 'mcp-execution setup --json']))
    .action(() => run(async world => (await import('../commands/setup.ts')).setup(world)))
  program
    .command('completions')
    .description('Print the script that completes commands, flags, servers and tools')
    .addArgument(
      new Argument('<shell>', 'Your shell').choices(['bash', 'zsh', 'fish', 'powershell'] as const),
    )
    .addHelpText(
      'before',
      examples([
        'mcp-execution completions bash > ~/.local/share/bash-completion/completions/mcp-execution',
        'mcp-execution completions zsh > "${fpath[1]}/_mcp-execution"',
        'mcp-execution completions fish > ~/.config/fish/completions/mcp-execution.fish',
        'mcp-execution completions powershell >> $PROFILE',
      ]),
    )
    .action(shell =>
      run(async world =>
        (await import('../commands/completions.ts')).completions(shell, program, world),
      ),
    )
  program
    .command('complete', { hidden: true })
    .description('What the scripts of `completions` ask')
    .argument('[words...]', 'The words so far, after --; the last is being typed')
    .action(words =>
      run(async world =>
        (await import('../commands/completions.ts')).complete(words, program, world),
      ),
    )
  program
    .command('demo', { hidden: true })
    .description('Show the whole of it on an embedded server')
    .action(() => run(async world => (await import('../commands/demo.ts')).demo(world)))
}
