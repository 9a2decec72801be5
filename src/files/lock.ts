/**
 * One export at a time per directory. The lock orders exports; that a tree is whole never depends on it (see swap.ts),
 * so the lock of a killed process is taken over at once.
 */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { ExecutionError } from '../errors.ts'
import { type Disk, systemCode, unless } from './disk.ts'
import { isOwnerRunning, ownerTag } from './owner.ts'

export interface LockDeps {
  readonly disk: Disk
  readonly signal?: AbortSignal | undefined
}

/** How long an export waits for others before it gives up. */
const patienceMs = 60_000
/** A lock that says nothing, or that another machine took, is over after this long. */
const unknownOwnerMs = 10_000
const pollMs = 25

export async function withLock<Result>(
  path: string,
  deps: LockDeps,
  work: () => Promise<Result>,
): Promise<Result> {
  const token = await acquire(path, deps)
  try {
    return await work()
  } finally {
    await release(path, token, deps.disk)
  }
}

async function acquire(path: string, { disk, signal }: LockDeps): Promise<string> {
  const token = `${hostname()} ${await ownerTag()} ${randomBytes(6).toString('hex')}`
  const deadline = performance.now() + patienceMs
  while (!(await take(path, token, disk))) {
    signal?.throwIfAborted()
    if (await isAbandoned(path, disk)) await takeAway(path, disk)
    else if (performance.now() > deadline) throw stillHeld(path)
    else await sleep(pollMs * (0.5 + Math.random()))
  }
  return token
}

async function take(path: string, token: string, disk: Disk): Promise<boolean> {
  try {
    await disk.writeFile(path, token, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    // Made but not written whole, on a full disk: nobody else may find it.
    if (systemCode(error) === 'ENOSPC') await disk.unlink(path).catch(() => undefined)
    throw error
  }
}

// Its owner may have ended in good order a moment ago, and the next one be in: look twice, so that this is rare.
async function takeAway(path: string, disk: Disk): Promise<void> {
  const isStill = await isAbandoned(path, disk)
  if (isStill) await unless(['ENOENT'], disk.unlink(path), undefined)
}

async function isAbandoned(path: string, disk: Disk): Promise<boolean> {
  const token = await unless(['ENOENT'], disk.readFile(path, 'utf8'), undefined)
  if (token === undefined) return false
  const [host, owner] = token.split(' ')
  if (host === hostname() && owner !== undefined) return !(await isOwnerRunning(owner))
  const stats = await unless(['ENOENT'], disk.lstat(path), undefined)
  return stats !== undefined && Date.now() - stats.mtimeMs > unknownOwnerMs
}

// The work is done or has failed by now: a lock that cannot be released is left to be taken over.
async function release(path: string, token: string, disk: Disk): Promise<void> {
  const held = await disk.readFile(path, 'utf8').catch(() => '')
  if (held !== token && held !== '') return
  await disk.unlink(path).catch(() => disk.unlink(path).catch(() => undefined))
}

function stillHeld(path: string): ExecutionError {
  return new ExecutionError(
    'IO',
    `Cannot lock "${path}": another process has held it for ${patienceMs / 1000} s; end it, or remove that file`,
  )
}
