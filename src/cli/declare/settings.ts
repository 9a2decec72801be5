/** `config`: the user's own settings. */
import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

export function declareConfig(program: Program, run: Run): void {
  const config = program
    .command('config')
    .description('See and change your settings')
    .addHelpText(
      'before',
      examples(['mcp-execution config show', 'mcp-execution config set general.format json']),
    )
  config
    .command('init')
    .description('Create the file with every key, commented out')
    .action(() => run(async world => (await import('../commands/config.ts')).initConfig(world)))
  config
    .command('show')
    .description('Show every setting')
    .action(() => run(async world => (await import('../commands/config.ts')).showConfig(world)))
  config
    .command('get')
    .description('Show one setting')
    .argument('<key>', 'Such as runtime.max_tools')
    .action(key =>
      run(async world => (await import('../commands/config.ts')).getConfig(key, world)),
    )
  config
    .command('set')
    .description('Change a setting, from the next run on')
    .argument('<key>', 'Such as runtime.max_tools')
    .argument('<value>', 'What it is to be')
    .action((key, value) =>
      run(async world => (await import('../commands/config.ts')).setConfig(key, value, world)),
    )
  config
    .command('unset')
    .description('Go back to the default')
    .argument('<key>', 'Such as runtime.max_tools')
    .action(key =>
      run(async world => (await import('../commands/config.ts')).unsetConfig(key, world)),
    )
  config
    .command('path')
    .description('Say where the file is')
    .action(() => run(async world => (await import('../commands/config.ts')).configPath(world)))
}
