/** The lock of exports, for others that change files together: one holder at a time, whatever process it is in. */
import { realDisk } from './disk.ts'
import { withLock } from './lock.ts'

/** Runs `work` while this process holds the lock at `path`; the lock of a process that died is taken over. */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return await withLock(path, { disk: realDisk }, work)
}
