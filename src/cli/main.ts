/** From the words typed to an exit code: parse, build the world once, run one command, report what failed (contract §1). */
import { CommanderError, type OutputConfiguration } from '@commander-js/extra-typings'

import { findPlaces, loadSettings } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { printFailure } from './output/index.ts'
import { type Act, buildProgram, preferencesOf, type Program } from './program.ts'
import { createWorld, type Preferences, type Surroundings } from './world.ts'

export interface MainOptions {
  readonly binary: 'mcp-execution' | 'mcp-execution-cli'
}

export async function main(
  argv: readonly string[],
  surroundings: Surroundings,
  { binary }: MainOptions,
): Promise<number> {
  const chosen: { act?: Act } = {}
  const program = buildProgram({
    binary,
    output: outputTo(surroundings),
    run: act => (chosen.act = act),
  })
  let preferences = likelyPreferences(argv)
  try {
    await program.parseAsync(wordsFor(argv, surroundings, program), { from: 'user' })
    preferences = { ...preferencesOf(program.opts()), argv }
    // `config` must be able to look at a broken file, and to say where it is.
    if (program.args[0] !== 'config') {
      preferences = { ...preferences, settings: await loadSettings(findPlaces(surroundings)) }
    }
    return (await chosen.act?.(createWorld(surroundings, preferences))) ?? 0
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const error = thrown instanceof CommanderError ? usageError(thrown, program, argv) : thrown
    return printFailure(createWorld(surroundings, preferences), error)
  }
}

function outputTo({ io }: Surroundings): OutputConfiguration {
  return {
    writeOut: text => void io.stdout.write(text),
    writeErr: text => void io.stderr.write(text),
    // Usage errors are reported by printFailure, in the format asked for.
    outputError: () => undefined,
    getOutHelpWidth: () => Math.min(io.columns, 80),
    getErrHelpWidth: () => Math.min(io.columns, 80),
  }
}

// Started by an MCP client, the main binary is our server; without a client it says what it can do.
function wordsFor(argv: readonly string[], { io }: Surroundings, program: Program): string[] {
  if (argv.length > 0) return opaqueCall(argv)
  const serves = program.commands.some(command => command.name() === 'serve')
  const started = program.name() === 'mcp-execution' && !io.isTerminal.in
  return started && serves ? ['serve'] : ['--help']
}

/** A tool's own flags may be spelt like ours: what follows `call` is for `call` alone to read. */
function opaqueCall(argv: readonly string[]): string[] {
  const valued = ['--format', '--config', '--log-format']
  const at = argv.findIndex(
    (word, index) => !word.startsWith('-') && !valued.includes(argv[index - 1] ?? ''),
  )
  const [next] = argv.slice(at + 1)
  const itself = next === undefined || next === '--help' || next === '-h'
  if (argv[at] !== 'call' || itself) return [...argv]
  return [...argv.slice(0, at + 1), '--', ...argv.slice(at + 1)]
}

/** What the flags most likely say, for the case that the command line as a whole cannot be read. */
function likelyPreferences(argv: readonly string[]): Preferences {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  const format = words[words.indexOf('--format') + 1]?.toLowerCase()
  const json = words.includes('--json') || format === 'json' || words.includes('--format=json')
  return {
    ...(json ? { format: 'json' } : {}),
    ...(words.includes('--no-color') ? { color: false } : {}),
  }
}

function usageError(
  { code, message }: CommanderError,
  program: Program,
  argv: readonly string[],
): ExecutionError {
  if (code === 'commander.help') {
    return new ExecutionError(
      'INVALID_ARGUMENT',
      `Cannot run "${path(program, argv)}": it needs a subcommand`,
    )
  }
  const [what = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const near = /Did you mean (?:one of )?(.*)\?/i.exec(rest.join(' '))?.[1]
  const help = near === undefined ? `see "${path(program, argv)} --help"` : `did you mean ${near}?`
  return new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot read the command line: ${what.replace(/\.$/, '')}; ${help}`,
  )
}

/** The command that was meant, as far as its words are known: "mcp-execution server". */
function path(program: Program, argv: readonly string[]): string {
  const words = argv.filter(word => !word.startsWith('-'))
  const command = program.commands.find(each => each.name() === words[0])
  if (command === undefined) return program.name()
  const inner = command.commands.find(each => each.name() === words[1])
  return [program.name(), command.name(), ...(inner === undefined ? [] : [inner.name()])].join(' ')
}
