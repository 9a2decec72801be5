/**
 * Ends a server's process group when we die without saying goodbye (SIGKILL included): a tiny shell that reads from a
 * pipe only we hold, and acts when that pipe ends. See docs/decisions for why, and what it costs.
 */
import { type ChildProcess, spawn } from 'node:child_process'

export interface Reaper {
  /** From now on the group dies with us. */
  watch(groupId: number): void
  /** The group is gone or no longer ours to end; resolves when the reaper itself has exited. */
  release(): Promise<void>
}

// First line: the group. Any second line: all is well. End of input instead: we are dead, so the group must be too.
// A server that leaves on its own at the end of its stdin gets a moment to do so, then SIGTERM, then SIGKILL.
const script = `
read -r group || exit 0
read -r released && exit 0
alive() { kill -0 "-$group" 2>/dev/null; }
rest() { turns=0; while alive && [ $turns -lt $1 ]; do sleep 0.1; turns=$((turns + 1)); done; }
rest 3; alive && kill -TERM "-$group" 2>/dev/null
rest 15; alive && kill -KILL "-$group" 2>/dev/null
exit 0
`

/** Windows has no process groups: there a server is ended by its stdin only. */
export function startReaper(platform: NodeJS.Platform): Reaper {
  if (platform === 'win32') return { watch: () => undefined, release: () => Promise.resolve() }
  const shell = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  })
  shell.unref()
  const ended = new Promise<void>(resolve => {
    shell.once('exit', () => resolve())
    // Without a shell we are where every other client is: the server still sees its stdin close.
    shell.once('error', () => resolve())
  })
  shell.stdin.on('error', () => undefined)
  unrefPipe(shell)
  return {
    watch: groupId => void shell.stdin.write(`${groupId}\n`),
    async release() {
      shell.stdin.end('released\n')
      shell.ref()
      await ended
    },
  }
}

// An open pipe would keep us alive; its reader only matters once we are not.
function unrefPipe({ stdin }: ChildProcess): void {
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
}
