/** Commands of the main journey: `introspect`, `generate`. */
import { Option } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { serverChoice, serverCommand } from './server-choice.ts'
import { examples, seconds, wholeNumber } from './words.ts'

export function declareGeneration(program: Program, run: Run): void {
  declareIntrospect(program, run)
  declareGenerate(program, run)
}

function declareIntrospect(program: Program, run: Run): void {
  serverCommand(program, 'introspect')
    .description('Connect to a server and show what it offers')
    .option('--detailed', 'Also every parameter, its type and what it is for')
    .addOption(maxTools())
    .addOption(connectTimeout())
    .addOption(discoverTimeout())
    .addHelpText(
      'before',
      examples([
        'mcp-execution introspect github',
        'mcp-execution introspect --detailed -- npx -y @modelcontextprotocol/server-memory',
        'mcp-execution introspect --http https://example.com/mcp --header "Authorization=Bearer ${TOKEN}"',
      ]),
    )
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        const { introspect } = await import('../commands/introspect.ts')
        return await introspect({ ...flags, choice }, world)
      }),
    )
}

function declareGenerate(program: Program, run: Run): void {
  serverCommand(program, 'generate')
    .description('Write one typed TypeScript file for every tool of a server')
    .option('--output <folder>', 'Write to <folder>/<server id> (default: ~/.claude/servers)')
    .addOption(
      new Option('--mode <mode>', 'What goes into the tree')
        .choices(['progressive', 'sandbox', 'skill'] as const)
        .default('progressive' as const),
    )
    .option('--dry-run', 'Connect, and list every file with its size, but write nothing')
    .option('--force', 'Replace the folder whole, files that are not ours included')
    .option('--check', 'Compare the server with the tree; exit 1 where they differ')
    .option('--watch', 'Stay connected, and generate again whenever the tools change')
    .option('--all', 'Generate every configured server')
    .option('--save-plugin', 'Also save the tree, ready for the sandbox (see: plugin)')
    .option('--plugin-dir <folder>', 'Where to save it')
    .addOption(maxTools())
    .addOption(connectTimeout())
    .addOption(discoverTimeout())
    .addHelpText(
      'before',
      examples([
        'mcp-execution generate github',
        'mcp-execution generate --name files -- npx -y @modelcontextprotocol/server-filesystem .',
        'mcp-execution generate github --dry-run --json',
        'mcp-execution generate github --check',
      ]),
    )
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        const { generate } = await import('../commands/generate.ts')
        return await generate({ ...flags, choice }, world)
      }),
    )
}

function maxTools(): Option<'--max-tools <count>', undefined, undefined, number> {
  return new Option(
    '--max-tools <count>',
    'Refuse servers with more tools (default: 1000)',
  ).argParser(wholeNumber(1, 10_000))
}

function connectTimeout(): Option<'--connect-timeout <seconds>', undefined, undefined, number> {
  return new Option(
    '--connect-timeout <seconds>',
    'Give up connecting after this (default: 30)',
  ).argParser(seconds(600))
}

function discoverTimeout(): Option<'--discover-timeout <seconds>', undefined, undefined, number> {
  return new Option(
    '--discover-timeout <seconds>',
    'Give up listing after this (default: 30)',
  ).argParser(seconds(600))
}
