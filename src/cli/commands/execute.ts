/** `execute <program>`: runs a program in the sandbox; its value on stdout, everything it says on stderr. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'

import { ExecutionError, type ExitCode } from '../../errors.ts'
import type { ExecuteOptions, TracedCall } from '../../execution/index.ts'
import { cleanLine } from '../../text/index.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
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
  readonly choice: ServerChoice
}

export async function execute(file: string, flags: ExecuteFlags, world: World): Promise<ExitCode> {
  await using runtime = await openCommandRuntime(world, flags.choice)
  const check = flags.check && world.settings['security.type_check'] !== false
  runtime.warmUp({ checker: check })
  const source = file === '-' ? await world.readStdin() : await readText(file, world)
  const session = runtime.session({ id: flags.session, allowed: list(flags.servers) })
  const execution = await session.execute(source, {
    ...limitsOf(flags, world),
    check,
    input: await inputOf(flags, file, world),
    fileName: file === '-' ? 'program.ts' : basename(file),
    signal: world.signal,
    ...(flags.trace === true && { onHostCall: call => world.io.stderr.write(traceLine(call)) }),
  })
  return reportExecution(execution, session.id, world)
}

async function readText(file: string, { cwd }: World): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot read the program ${JSON.stringify(file)}: there is no such file; give a path, or - for stdin`,
      { cause },
    )
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
  return given.startsWith('@') ? await readText(given.slice(1), world) : given
}

function traceLine({ operation, target, startedMs, durationMs, ok }: TracedCall): string {
  const when = `${startedMs.toFixed(1).padStart(8)} ms`
  const took = `${durationMs.toFixed(1).padStart(8)} ms`
  return `${when} ${took}  ${ok ? 'ok    ' : 'failed'}  ${operation} ${cleanLine(target).slice(0, 200)}\n`
}
