/** Starts the compiler so that it cannot outlive us, whatever ends us. */
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export interface CompilerProcess {
  readonly input: Writable
  readonly output: Readable
  /** Resolves when nothing more can come from it. */
  readonly ended: Promise<void>
  kill(): void
  /** Whether waiting for it keeps our process alive. */
  hold(held: boolean): void
}

// A compiler that spins does not see its input close. So it runs under a shell that reads a pipe only we hold: the end
// of that pipe, which even SIGKILL of our process brings about, kills the group, compiler and shell together.
const guard =
  'exec 4<&0; "$@" <&4 4<&- 3<&- & exec 0</dev/null 1>&- 2>&- 4<&-; read -r _ <&3; kill -KILL 0'

export interface SpawnOptions {
  readonly executable: string
  readonly args: readonly string[]
  readonly platform: NodeJS.Platform
}

export function spawnCompiler({ executable, args, platform }: SpawnOptions): CompilerProcess {
  const guarded = platform !== 'win32'
  const [command, ...rest] = guarded
    ? ['/bin/sh', '-c', guard, 'sh', executable, ...args]
    : [executable, ...args]
  const child = spawn(command ?? executable, rest, {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    detached: guarded,
    windowsHide: true,
    cwd: guarded ? '/' : undefined,
    // Nothing of the user's environment is its business; the soft heap limit makes a hostile program slow before it is big.
    env: { GOMEMLIMIT: '768MiB', GOMAXPROCS: '2' },
  })
  const { stdin: input, stdout: output } = child
  if (input === null || output === null) throw new TypeError('a piped child has pipes')
  const handles: readonly unknown[] = [child, ...child.stdio]
  // A write to a dying process fails; that it ended is said by `ended`.
  for (const stream of child.stdio) stream?.on('error', () => {})
  const ended = new Promise<void>(resolve => {
    child.once('error', () => {
      resolve()
    })
    output.once('close', resolve)
  })
  return {
    input,
    output,
    ended,
    kill: () => {
      killGroup(child.pid, guarded)
    },
    hold: held => {
      for (const handle of handles) setHeld(handle, held)
    },
  }
}

function killGroup(pid: number | undefined, isGroup: boolean): void {
  if (pid === undefined) return
  try {
    process.kill(isGroup ? -pid : pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}

function setHeld(handle: unknown, held: boolean): void {
  if (hasRef(handle)) handle[held ? 'ref' : 'unref']()
}

function hasRef(handle: unknown): handle is { ref(): void; unref(): void } {
  return typeof handle === 'object' && handle !== null && 'ref' in handle && 'unref' in handle
}
