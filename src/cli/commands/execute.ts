/** `execute <program>`: runs a program in the sandbox; its value on stdout, everything it says on stderr. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'

import { type ErrorCode, ExecutionError } from '../../errors.ts'
import type { ExecuteOptions, Session, TracedCall, WasmExport } from '../../execution/index.ts'
import { cleanLine } from '../../text/index.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { print } from '../output/index.ts'
import { openCommandRuntime } from '../runtime.ts'
import type { World } from '../world.ts'
import { reportExecution } from './execute-report.ts'

export interface ExecuteFlags {
  readonly profile?: 'strict' | 'moderate' | 'permissive' | undefined
  readonly memory?: number | undefined
  readonly timeout?: number | undefined
  readonly maxCalls?: number | undefined
  readonly fuel?: number | undefined
  readonly input?: string | undefined
  readonly args?: string | undefined
  readonly check: boolean
  readonly session?: string | undefined
  readonly servers?: string | undefined
  readonly trace?: true | undefined
  readonly entry?: string | undefined
  readonly arg: readonly string[]
  readonly listExports?: true | undefined
  readonly choice: ServerChoice
}

export async function execute(file: string, flags: ExecuteFlags, world: World): Promise<number> {
  const bytes = file === '-' ? Buffer.from(await world.readStdin()) : await readBytes(file, world)
  const input = await inputOf(flags, file, world)
  await using runtime = await openCommandRuntime(world, flags.choice)
  const session = runtime.session({ id: flags.session, allowed: list(flags.servers) })
  const options: ExecuteOptions = {
    ...limitsOf(flags, world),
    check: flags.check && world.settings['security.type_check'] !== false,
    input,
    fileName: file === '-' ? 'program.ts' : basename(file),
    signal: world.signal,
    ...(flags.trace === true && { onHostCall: call => world.io.stderr.write(traceLine(call)) }),
  }
  if (isModule(bytes)) return await executeModule(bytes, { session, flags, options }, world)
  refuseModuleFlags(flags, file)
  runtime.warmUp({ checker: options.check ?? true })
  const execution = await session.execute(bytes.toString('utf8'), options)
  return reportExecution(execution, session.id, world)
}

interface ModuleRun {
  readonly session: Session
  readonly flags: ExecuteFlags
  readonly options: ExecuteOptions
}

async function executeModule(
  bytes: Buffer,
  { session, flags, options }: ModuleRun,
  world: World,
): Promise<number> {
  if (flags.listExports === true) return printExports(await session.listExports(bytes), world)
  const execution = await session.executeModule(bytes, {
    ...options,
    entry: flags.entry,
    args: flags.arg,
  })
  return reportExecution(execution, session.id, world)
}

function printExports(exports: readonly WasmExport[], world: World): number {
  const lines = exports.map(
    ({ name, parameters, results }) =>
      `${cleanLine(name)}(${parameters.join(', ')}) -> ${results.length === 0 ? 'nothing' : results.join(', ')}`,
  )
  print(world, {
    data: exports,
    text: lines,
    pretty: () => (lines.length === 0 ? 'No exported functions' : lines.join('\n')),
  })
  return 0
}

/** Every WebAssembly module starts with these four bytes; no program does. */
function isModule(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(Buffer.from('\0asm'))
}

function refuseModuleFlags({ entry, arg, listExports }: ExecuteFlags, file: string): void {
  if (entry === undefined && arg.length === 0 && listExports === undefined) return
  const how = '--entry, -a and --list-exports are for WebAssembly modules; a program takes --input'
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot run ${JSON.stringify(file)}: ${how}`)
}

const unreadable: Readonly<Record<string, readonly [ErrorCode, string] | undefined>> = {
  ENOENT: ['NOT_FOUND', 'there is no such file; give a path, or - for stdin'],
  EISDIR: ['INVALID_ARGUMENT', 'it is a folder; give the program in it'],
  EACCES: ['IO', 'it may not be read; make it readable for yourself'],
}

async function readBytes(file: string, { cwd }: World): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, file))
  } catch (cause) {
    const code = String(cause instanceof Error && 'code' in cause ? cause.code : undefined)
    const [kind, how] = unreadable[code] ?? (['IO', `the system says ${code}`] as const)
    throw new ExecutionError(kind, `Cannot read ${JSON.stringify(file)}: ${how}`, { cause })
  }
}

function list(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

const mebibyte = 1024 * 1024

/** What the flags say, else what the settings say, else the profile. */
function limitsOf(
  flags: ExecuteFlags,
  { settings }: World,
): Pick<ExecuteOptions, 'profile' | 'limits'> {
  const memory = flags.memory ?? settings['runtime.memory_mb']
  const timeout = flags.timeout ?? settings['runtime.timeout_secs']
  const calls = flags.maxCalls ?? settings['runtime.max_calls']
  return {
    profile: flags.profile ?? settings['security.profile'],
    limits: {
      ...(memory !== undefined && { memoryBytes: Math.round(memory * mebibyte) }),
      ...(timeout !== undefined && { wallMs: timeout * 1000 }),
      ...(calls !== undefined && { hostCalls: calls }),
      ...(flags.fuel !== undefined && { fuel: flags.fuel }),
    },
  }
}

async function inputOf(
  { input, args }: ExecuteFlags,
  file: string,
  world: World,
): Promise<unknown> {
  const given = input ?? args
  if (given === undefined) return undefined
  if (given === '-' && file === '-') {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      'Cannot read both the program and its input from stdin: give one as a file',
    )
  }
  const text = await textOf(given, world)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      `Cannot read the input: it is not JSON; quote text as '"text"'`,
      { cause },
    )
  }
}

async function textOf(given: string, world: World): Promise<string> {
  if (given === '-') return await world.readStdin()
  return given.startsWith('@') ? (await readBytes(given.slice(1), world)).toString('utf8') : given
}

function traceLine({ operation, target, startedMs, durationMs, ok }: TracedCall): string {
  const when = `${startedMs.toFixed(1).padStart(8)} ms`
  const took = `${durationMs.toFixed(1).padStart(8)} ms`
  return `${when} ${took}  ${ok ? 'ok    ' : 'failed'}  ${operation} ${cleanLine(target).slice(0, 200)}\n`
}
