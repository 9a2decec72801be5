/** A tool file run by hand: arguments in, the result as JSON on stdout, errors as JSON on stderr, an exit code. */
import { readFileSync } from 'node:fs'

import { readArguments } from './arguments.ts'
import type { CallTool, ToolAddress } from './bound-tool.ts'
import { knownSchema } from './known-schema.ts'
import { ToolError } from './result.ts'

export async function runAsProgram(address: () => ToolAddress, callTool: CallTool): Promise<void> {
  // Signals become an exit, so that a server of our own is stopped with us.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  // Whoever reads us may have enough: `node createIssue.ts … | head -1` is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))
  }
  try {
    const found = address()
    const argv = process.argv.slice(2)
    const text = asksForHelp(argv) ? helpOf(found) : await answer(found, argv, callTool)
    process.stdout.write(text)
  } catch (error) {
    const { message, code, details } = describe(error)
    process.stderr.write(`${JSON.stringify({ error: message, code, ...details })}\n`)
    process.exitCode = exitCodeFor(code)
  }
}

async function answer(
  address: ToolAddress,
  argv: readonly string[],
  callTool: CallTool,
): Promise<string> {
  const schema = (): unknown => knownSchema(address.server, address.tool)
  const params = await readArguments({ argv, schema, stdin: readStdin })
  const value = await callTool(address, params)
  return `${JSON.stringify(value, null, 2)}\n`
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv[0] === '-h'
}

/** The file is its own documentation: what it exports, with the words about it. */
function helpOf({ server, tool, file }: ToolAddress): string {
  const lines = readFileSync(file, 'utf8').split('\n')
  const signature = lines.filter(line => !line.startsWith('#!') && !/^import\b/.test(line))
  return `${signature.join('\n').trim()}

Calls the tool ${JSON.stringify(tool)} of server "${server}". Arguments, in any of these forms:
  '{"name": "value"}'    a JSON object
  @file.json             a file that holds one
  -                      standard input
  --name value           one argument, typed by the tool's schema; also name=value
`
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

interface Described {
  readonly message: string
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
}

function describe(error: unknown): Described {
  if (error instanceof ToolError) {
    const details = error.data === undefined ? {} : { details: error.data }
    return { message: error.message, code: error.code, details }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { message, code: 'INTERNAL', details: {} }
}

const exitCodes: ReadonlyArray<readonly [number, RegExp]> = [
  [
    2,
    /^(INVALID_ARGUMENT|VALIDATION|PROGRAM_INVALID|WASM_INVALID|CHECKSUM_MISMATCH|APPROVAL_PENDING)$|_REFUSED$|NOT_FOUND$|^CONFIG_/,
  ],
  [
    3,
    /^(SERVER|AUTH)_|^(TOOL_LIMIT|MESSAGE_TOO_LARGE|PAGINATION_ENDLESS|CIRCUIT_OPEN|DAEMON_UNAVAILABLE|HOST_CALL_LIMIT|OUTPUT_LIMIT|SANDBOX_CRASHED|STATE_QUOTA)$|_EXHAUSTED$/,
  ],
  [4, /TIMEOUT$/],
  [130, /^INTERRUPTED$/],
]

/** The same numbers as the command line's. */
export function exitCodeFor(code: string): number {
  return exitCodes.find(([, codes]) => codes.test(code))?.[0] ?? 1
}
