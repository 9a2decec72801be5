/** Which process a lock or a half-made directory belongs to, and whether that process still runs. */
import { readFile } from 'node:fs/promises'
import { pid } from 'node:process'

import { systemCode } from './disk.ts'

/** "<pid>-<start time>". Process ids are used again; the start time tells two owners of one id apart. */
export async function ownerTag(): Promise<string> {
  return `${pid}-${await startOf(pid)}`
}

/** Whether the process a tag names still runs on this machine. */
export async function isOwnerRunning(tag: string): Promise<boolean> {
  const [id, started] = tag.split('-')
  return isRunning(Number(id)) && (await startOf(Number(id))) === started
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

// Only Linux says when a process started; elsewhere the id alone must do.
async function startOf(id: number): Promise<string> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}
