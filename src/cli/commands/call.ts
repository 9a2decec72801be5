/** `call`: one tool of one server, from a warm connection; the result as JSON on stdout, errors as JSON on stderr. */
import { ExecutionError, type ExitCode } from '../../errors.ts'
import {
  type ArgumentSource,
  decodeResult,
  isRecord,
  propertiesOf,
  type RawResult,
  readArgumentFile,
  readArguments,
  ToolError,
} from '../../runtime/index.ts'
import { quoteName } from '../../text/index.ts'
import { printFailure } from '../output/index.ts'
import type { World } from '../world.ts'
import { type CallTarget, openCallTarget } from './call-target.ts'
import {
  type CallFlags,
  type CallWords,
  mayHoldFlags,
  parseCallWords,
  splitRest,
} from './call-words.ts'

export async function call(argv: readonly string[], world: World): Promise<ExitCode> {
  try {
    return await perform(parseCallWords(argv), world)
  } catch (thrown) {
    return printFailure({ ...world, format: 'json' }, await asExecutionError(thrown))
  }
}

async function perform(words: CallWords, world: World): Promise<ExitCode> {
  await using target = await openCallTarget(words, world)
  const sources = readOnce(world)
  try {
    return await callTool(words, target, { ...world, sources })
  } catch (thrown) {
    const tool = await meantTool(words.tool, target, thrown)
    if (tool === undefined) throw thrown
    return await callTool({ ...words, tool }, target, { ...world, sources })
  }
}

type Sources = Required<Pick<ArgumentSource, 'stdin' | 'file'>>
type CallWorld = World & { readonly sources: Sources }

/** Standard input, and a pipe given as a file, cannot be read again when the call is made under another name. */
function readOnce({ readStdin }: World): Sources {
  const read = new Map<string, string>()
  let stdin: Promise<string> | undefined
  return {
    stdin: () => (stdin ??= readStdin()),
    file(path) {
      const text = read.get(path) ?? readArgumentFile(path)
      read.set(path, text)
      return text
    },
  }
}

/** Whoever read the generated tree knows the tool by its name there; asked only once the server knows no such tool. */
async function meantTool(
  name: string | undefined,
  target: CallTarget,
  thrown: unknown,
): Promise<string | undefined> {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (name === undefined || code !== 'TOOL_NOT_FOUND') return undefined
  const { wireNameOf } = await import('../../codegen/index.ts')
  return wireNameOf(await target.toolNames(), name)
}

async function callTool(words: CallWords, target: CallTarget, world: CallWorld): Promise<ExitCode> {
  const { flags, words: rest } = await settleFlags(words, target)
  const { tool } = words
  if (tool === undefined) return await refuseWithoutTool(target)
  if (flags.help) return await printHelp(target, tool, world)
  const args = await readArguments({
    argv: rest,
    schema: async () => (await target.tool(tool)).inputSchema,
    ...world.sources,
  })
  const { fresh, timeoutMs } = flags
  const result = await target.call(tool, args, {
    signal: world.signal,
    fresh,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  if (flags.raw) return printRaw(result, { flags, world })
  printJson(decodeResult(result), { flags, world })
  return 0
}

interface Printing {
  readonly flags: CallFlags
  readonly world: World
}

/** A failed tool's whole answer is still the answer asked for; the exit code tells. */
function printRaw(result: RawResult, printing: Printing): ExitCode {
  printJson(result, printing)
  return result.isError === true ? 1 : 0
}

function printJson(value: unknown, { flags, world }: Printing): void {
  const compact = (flags.format ?? world.format) === 'text'
  world.out(`${JSON.stringify(value, null, compact ? 0 : 2)}\n`)
}

async function settleFlags(
  words: CallWords,
  target: CallTarget,
): Promise<{ readonly flags: CallFlags; readonly words: readonly string[] }> {
  const { tool } = words
  if (tool === undefined || !mayHoldFlags(words)) return { flags: words.flags, words: words.rest }
  const { inputSchema } = await target.tool(tool)
  return splitRest(words, propertiesOf(inputSchema))
}

async function refuseWithoutTool(target: CallTarget): Promise<never> {
  const names = await target.toolNames()
  const some = names
    .slice(0, 20)
    .map(name => quoteName(name))
    .join(', ')
  const more = names.length > 20 ? ` and ${names.length - 20} more` : ''
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot call: no tool is named; write server.tool, with one of: ${some}${more}`,
  )
}

async function printHelp(target: CallTarget, toolName: string, world: World): Promise<ExitCode> {
  const tool = await target.tool(toolName)
  const { describe, nameTools } = await import('../../codegen/index.ts')
  const [named] = nameTools({ tools: [tool] })
  const signature = named === undefined ? '' : describe(named, { docs: true })
  world.out(`${signature.trim()}

Arguments, in any of these forms:
  '{"name": "value"}'    a JSON object
  @file.json             a file that holds one
  -                      standard input
  --name value           one argument, typed by the tool's schema; also name=value
Flags of call: --timeout <seconds>, --raw (the whole answer), --fresh (not from the cache)
`)
  return 0
}

/** The tool said no, or the daemon told of an error: both have their code. */
async function asExecutionError(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof ToolError)) return thrown
  const { toExecutionError } = await import('../../daemon/index.ts')
  const data = isRecord(thrown.data) ? thrown.data : { content: thrown.data }
  return toExecutionError(new ToolError(thrown.code, thrown.message, data))
}
