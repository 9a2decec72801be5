/** JSON-RPC over a child process's standard streams. */
import { type ChildProcess, spawn } from 'node:child_process'

import type { Channel, ChannelEvents } from './direct.ts'
import type { DirectTarget } from './entry.ts'
import { fromBatch, lineReader, toLine } from './wire.ts'

/** What every server process gets of our environment; the rest only if its entry says so. */
const inherited =
  process.platform === 'win32'
    ? [
        'APPDATA',
        'HOMEDRIVE',
        'HOMEPATH',
        'LOCALAPPDATA',
        'PATH',
        'PATHEXT',
        'PROCESSOR_ARCHITECTURE',
        'SYSTEMDRIVE',
        'SYSTEMROOT',
        'TEMP',
        'USERNAME',
        'USERPROFILE',
        'PROGRAMFILES',
        'COMSPEC',
      ]
    : ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'TMPDIR', 'LANG']
const keptStderrBytes = 64 * 1024
const hangUpMs = 250

/** Starts the server in a process group of its own, which ends with this process. */
export function openStdio(
  target: Extract<DirectTarget, { readonly type: 'stdio' }>,
  { onMessage, onClose }: ChannelEvents,
): Channel {
  const base = inherited.map(name => [name, process.env[name]])
  const child = spawn(target.command, [...target.args], {
    cwd: target.cwd,
    env: { ...Object.fromEntries(base), ...target.env },
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-keptStderrBytes)
  })
  const onLine = (line: string): void => {
    for (const message of fromBatch(line)) onMessage(message)
  }
  const kill = (): void => killGroup(child.pid)
  child.stdout.on('data', lineReader({ onLine, onTooLong: kill }))
  // It can never answer again; most often it is about to exit, which says more.
  child.stdout.once('end', () => setTimeout(kill, hangUpMs).unref())
  child.stdin.on('error', () => {})
  child.on('error', error => onClose(`it could not be started: ${error.message}`))
  child.on('close', code => {
    process.off('exit', kill)
    const said = stderr.trim().split('\n').slice(-5).join('\n')
    onClose(`it ended with exit code ${code ?? 'unknown'}${said && `, and had said: ${said}`}`)
  })
  process.once('exit', kill)
  watchOver(child)
  const streams = [child, child.stdin, child.stdout, child.stderr]
  return {
    async send(message) {
      child.stdin.write(toLine(message))
      return false
    },
    agreed: () => {},
    hold: held => {
      for (const stream of streams) setHeld(stream, held)
    },
    close: kill,
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // Ended already.
  }
}

/** A tiny shell that ends the server's process group when we are killed: it reads from a pipe that only we hold. */
function watchOver(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) return
  const script = `read -r over && exit 0; sleep 1; kill -KILL -${child.pid} 2>/dev/null`
  const watcher = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.on('error', () => {})
  watcher.stdin.on('error', () => {})
  for (const held of [watcher, watcher.stdin]) setHeld(held, false)
  child.once('close', () => watcher.stdin.end('over\n'))
}

/** Pipes of a child are sockets, which the types do not say. */
function setHeld(stream: object, held: boolean): void {
  const name = held ? 'ref' : 'unref'
  const method: unknown = Reflect.get(stream, name)
  if (typeof method === 'function') Reflect.apply(method, stream, [])
}
