/** The command line's grammar: global flags, then every command, declared by its group. Declaring runs nothing. */
import {
  Command,
  Help,
  InvalidArgumentError,
  Option,
  type OutputConfiguration,
} from '@commander-js/extra-typings'

import { packageVersion } from '../package-root.ts'
import { declareCalls } from './declare/calls.ts'
import { declareDiagnosis } from './declare/diagnosis.ts'
import { declareExecution } from './declare/execution.ts'
import { declareGeneration } from './declare/generation.ts'
import { declareKeeping } from './declare/keeping.ts'
import { declareServe } from './declare/serve.ts'
import { declareServers } from './declare/servers.ts'
import { declareStart } from './declare/start.ts'
import { examples } from './declare/words.ts'
import type { LogFormat } from './output/index.ts'
import type { Format, Preferences, World } from './world.ts'

/** A command with its arguments read, ready to run. */
export type Act = (world: World) => Promise<number>
/** What a declaration does with its act: hands it over, to be run once the command line is read. */
export type Run = (act: Act) => void

export type Program = Command<[], GlobalFlags>

// A type, not an interface: commander asks for something with an index signature.
export type GlobalFlags = {
  readonly format?: Format | undefined
  readonly json?: true | undefined
  readonly verbose?: true | undefined
  readonly quiet?: true | undefined
  readonly config?: string | undefined
  readonly logFormat?: LogFormat | undefined
  readonly color: boolean
}

export interface ProgramDeps {
  readonly binary: string
  readonly output: OutputConfiguration
  readonly run: Run
}

export function buildProgram({ binary, output, run }: ProgramDeps): Program {
  const program = globalFlags(new Command(binary))
    // Before any command is declared: commands inherit it when they are made.
    .configureOutput(output)
    .description(
      'Turns any MCP server into typed TypeScript files, calls it, and runs programs in a sandbox.',
    )
    .version(versionText(), '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show help')
    .addHelpText('before', examples(firstSteps(binary)))
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 20,
      // Arguments are for the command's own help.
      subcommandTerm: command => command.name(),
      // A flag that may be repeated starts with none.
      optionDescription: option =>
        new Help().optionDescription(option).replace(/ \(default: \[\]\)$/, ''),
    })
    .showSuggestionAfterError()
    .exitOverride()
  program.commandsGroup('Get started:')
  declareStart(program, run)
  const help = new Command('help').description('Show help for a command')
  help.argument('[command]', 'Which one')
  program.addHelpCommand(help.helpGroup('Get started:'))
  program.commandsGroup('Servers:')
  declareServers(program, run)
  program.commandsGroup('Tools and code:')
  declareGeneration(program, run)
  declareCalls(program, run)
  declareExecution(program, run)
  declareServe(program, run)
  program.commandsGroup('Keep:')
  declareKeeping(program, run)
  program.commandsGroup('Diagnose:')
  declareDiagnosis(program, run)
  return program
}

/** What the global flags say, as the world takes it. */
export function preferencesOf(flags: GlobalFlags): Preferences {
  if (flags.verbose === true && flags.quiet === true) {
    throw new InvalidArgumentError('--verbose and --quiet exclude each other')
  }
  return {
    format: flags.json === true ? 'json' : flags.format,
    verbosity: flags.verbose === true ? 'verbose' : flags.quiet === true ? 'quiet' : 'normal',
    logFormat: flags.logFormat,
    color: flags.color ? undefined : false,
    configFile: flags.config,
  }
}

function globalFlags(program: Command): Program {
  return program
    .addOption(
      new Option('--format <format>', 'How results are printed (default: pretty)')
        .choices(['pretty', 'text', 'json'] as const)
        .argParser(oneOf(['pretty', 'text', 'json'] as const)),
    )
    .option('--json', 'Short for --format json')
    .option('-v, --verbose', 'Say more: debug logs, stacks, what servers write to stderr')
    .option('-q, --quiet', 'Say nothing but results and errors')
    .option('--config <file>', 'Read servers from this file first')
    .addOption(
      new Option('--log-format <format>', 'How logs are written (default: text)')
        .env('MCP_EXECUTION_LOG_FORMAT')
        .choices(['text', 'json'] as const)
        .argParser(oneOf(['text', 'json'] as const)),
    )
    .option('--no-color', 'No colour (also: NO_COLOR)')
}

function oneOf<const Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return text => {
    const found = choices.find(choice => choice === text.toLowerCase())
    if (found !== undefined) return found
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
  }
}

function firstSteps(binary: string): readonly string[] {
  return [
    `${binary} introspect -- npx -y @modelcontextprotocol/server-everything`,
    `${binary} generate --name files -- npx -y @modelcontextprotocol/server-filesystem .`,
    `${binary} setup`,
  ]
}

function versionText(): string {
  const { versions, platform, arch } = process
  return `mcp-execution ${packageVersion()} (node ${versions.node}, ${platform}-${arch})`
}
