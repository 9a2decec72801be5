/** Whether anything of a process group still runs, and how to end it. */
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export type Leader = ChildProcess & { readonly pid: number }

/** A group outlives its first process as long as any member of it runs; Windows knows no groups. */
export function groupLives(leader: Leader): boolean {
  const leaderLives = leader.exitCode === null && leader.signalCode === null
  if (leaderLives) return true
  try {
    process.kill(-leader.pid, 0)
  } catch {
    return false
  }
  return process.platform !== 'linux' || hasRunningMember(leader.pid)
}

export function signalGroup(leader: Leader, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader.pid, signal)
  } catch {
    leader.kill(signal)
  }
}

// The dead stay in the group until their parent has noticed, which in a container may take seconds.
function hasRunningMember(groupId: number): boolean {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const [state, , group] = statusOf(entry)
    if (Number(group) === groupId && state !== 'Z' && state !== 'X') return true
  }
  return false
}

/** State, parent and group; nothing for a process that went away meanwhile. */
function statusOf(pid: string): readonly string[] {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command stands before them in brackets, and may hold anything.
    return status.slice(status.lastIndexOf(')') + 2).split(' ', 3)
  } catch {
    return []
  }
}
