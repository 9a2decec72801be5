/** `install` and `uninstall`: our server in other clients' configuration. */
import { Option } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

export function declareInstalling(program: Program, run: Run): void {
  program
    .command('install')
    .description("Add our MCP server to a client's configuration")
    .argument('[client]', 'A client; without one, all are listed')
    .addOption(scope())
    .option('--dry-run', 'Show what would change; write nothing')
    .option('--undo', 'Put the file back as it was before our last change')
    .addHelpText(
      'before',
      examples(['mcp-execution install', 'mcp-execution install cursor --dry-run']),
    )
    .action((client, flags) =>
      run(async world => (await import('../commands/install.ts')).install(client, flags, world)),
    )
  program
    .command('uninstall')
    .description("Take our MCP server out of a client's configuration")
    .argument('<client>', 'A client (see: install)')
    .addOption(scope())
    .option('--dry-run', 'Show what would change; write nothing')
    .addHelpText('before', examples(['mcp-execution uninstall cursor']))
    .action((client, flags) =>
      run(async world => (await import('../commands/install.ts')).uninstall(client, flags, world)),
    )
}

function scope(): Option<
  '--scope <scope>',
  undefined,
  undefined,
  undefined,
  false,
  'user' | 'project'
> {
  return new Option(
    '--scope <scope>',
    "The user's file, or this project's (default: user)",
  ).choices(['user', 'project'] as const)
}
