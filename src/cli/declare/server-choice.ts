/** The arguments every command takes that works on one server: a configured name, or an ad-hoc server (contract §3). */
import type { Command } from '@commander-js/extra-typings'

import type { GlobalFlags, Program } from '../program.ts'
import { collect } from './words.ts'

// A type, not an interface: commander asks for something with an index signature.
export type ServerFlags = {
  readonly command?: string | undefined
  readonly arg: string[]
  readonly env: string[]
  readonly cwd?: string | undefined
  readonly http?: string | undefined
  readonly sse?: string | undefined
  readonly header: string[]
  readonly name?: string | undefined
  readonly fromConfig?: string | undefined
}

/** What the arguments say, before anyone looked whether it makes sense. */
export interface ServerChoice extends ServerFlags {
  /** Names given before `--`. */
  readonly names: readonly string[]
  /** Words after `--`: a command and its arguments. */
  readonly commandLine: readonly string[]
}

export type ServerCommand = Command<[string | undefined, string[]], ServerFlags, GlobalFlags>

/** Declares `name [server] [-- command…]` with every flag that says which server. */
export function serverCommand(program: Program, name: string): ServerCommand {
  return serverArguments(program.command(name))
}

/** A command that has no arguments and flags of its own yet. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type, typescript/no-empty-object-type -- what commander starts from
export type PlainCommand = Command<[], {}, GlobalFlags>

/** The same arguments on a command that is already there, such as one of `server`. */
export function serverArguments(command: PlainCommand): ServerCommand {
  return command
    .argument('[server]', 'A configured server (see: server list)')
    .argument('[command...]', 'After --: the command that starts a server, with its arguments')
    .optionsGroup('Which server:')
    .option('--from-config <name>', 'The older spelling of a configured name')
    .option('--command <program>', 'Start a server with this program')
    .option('--arg <value>', 'An argument for --command; repeatable', collect, [])
    .option('--env <KEY=VALUE>', 'An environment variable for it; repeatable', collect, [])
    .option('--cwd <folder>', 'The folder it starts in')
    .option('--http <url>', 'Connect over Streamable HTTP')
    .option('--sse <url>', 'Connect over the older HTTP+SSE')
    .option('--header <KEY=VALUE>', 'An HTTP header; repeatable', collect, [])
    .option('--name <id>', 'What to call the server')
    .optionsGroup('Options:')
}

/** Tells the words before `--` from those after; `argv` is the whole command line. */
export function serverChoice(
  given: readonly (string | undefined)[],
  flags: ServerFlags,
  argv: readonly string[],
): ServerChoice {
  const words = given.filter(word => word !== undefined)
  const tail = wordsAfterDashes(words, argv)
  return {
    ...flags,
    names: words.slice(0, words.length - tail),
    commandLine: words.slice(words.length - tail),
  }
}

/** How many of the last words came after `--`. A `--` that was some flag's value does not count. */
function wordsAfterDashes(words: readonly string[], argv: readonly string[]): number {
  for (const [index, word] of argv.entries()) {
    const tail = argv.slice(index + 1)
    const start = words.length - tail.length
    const isTail = start >= 0 && tail.every((each, at) => each === words[start + at])
    if (word === '--' && isTail) return tail.length
  }
  return 0
}
