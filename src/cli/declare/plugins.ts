/** `plugin save|load|list|info|verify|remove`. */
import type { Program, Run } from '../program.ts'
import { type PlainCommand, serverArguments, serverChoice } from './server-choice.ts'
import { examples } from './words.ts'

export function declarePlugins(program: Program, run: Run): void {
  const plugin = program
    .command('plugin')
    .description("Keep a server's tree and prepared modules in one verified folder")
    .addHelpText(
      'before',
      examples([
        'mcp-execution plugin save github',
        'mcp-execution plugin load github',
        'mcp-execution plugin verify',
      ]),
    )
  declareMaking(plugin, run)
  declareLooking(plugin, run)
}

function declareMaking(plugin: PlainCommand, run: Run): void {
  serverArguments(plugin.command('save'))
    .description('Ask a server for its tools, and save what is made of them')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        return await (await import('../commands/plugin.ts')).save(choice, flags, world)
      }),
    )
  plugin
    .command('load')
    .description('Verify a plugin, and write its tree as `generate` would: without the server')
    .argument('<server>', 'A plugin (see: plugin list)')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .option('--output <folder>', 'Write the tree to <folder>/<server> instead')
    .option('--force', 'Replace files that are not ours')
    .action((name, flags) =>
      run(async world => (await import('../commands/plugin.ts')).load(name, flags, world)),
    )
}

function declareLooking(plugin: PlainCommand, run: Run): void {
  plugin
    .command('list')
    .description('List saved plugins, each verified')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .action(flags =>
      run(async world => (await import('../commands/plugin-look.ts')).list(flags, world)),
    )
  plugin
    .command('info')
    .description('Show what is in a plugin')
    .argument('<server>', 'A plugin (see: plugin list)')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .action((name, flags) =>
      run(async world => (await import('../commands/plugin-look.ts')).info(name, flags, world)),
    )
  plugin
    .command('verify')
    .description('Check every byte of a plugin, or of all; exit 2 if any was changed')
    .argument('[server]', 'A plugin (see: plugin list)')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .action((name, flags) =>
      run(async world => (await import('../commands/plugin-look.ts')).verify(name, flags, world)),
    )
  plugin
    .command('remove')
    .description('Remove a plugin')
    .argument('<server>', 'A plugin (see: plugin list)')
    .option('--plugin-dir <folder>', 'Where plugins are kept')
    .action((name, flags) =>
      run(async world => (await import('../commands/plugin-look.ts')).remove(name, flags, world)),
    )
}
