/** A disk whose n-th operation fails, or kills the process: counts every call, those of open files included. */
import * as nodeFs from 'node:fs/promises'

import type { Disk } from '../../src/files/index.ts'

export interface FaultyDisk {
  readonly disk: Disk
  /** Operations so far. */
  readonly count: () => number
  /** The operation that was hit, such as "rename"; undefined if there were fewer. */
  readonly hit: () => string | undefined
}

export function faultyDisk(nth: number, strike: (operation: string) => void): FaultyDisk {
  let count = 0
  let hit: string | undefined
  const tick = (operation: string): void => {
    count += 1
    if (count !== nth) return
    hit = operation
    strike(operation)
  }
  return { disk: counted(nodeFs, tick) as Disk, count: () => count, hit: () => hit }
}

const isCall = (value: unknown): value is (...args: unknown[]) => Promise<unknown> =>
  typeof value === 'function'

function counted<Target extends object>(target: Target, tick: (operation: string) => void): Target {
  return new Proxy(target, {
    get(from, key) {
      const value: unknown = Reflect.get(from, key, from)
      if (!isCall(value)) return value
      return async (...args: unknown[]) => {
        const writes = key === 'writeFile' && 'fd' in from
        // A disk that is full has written some of it.
        if (writes) await value.apply(from, [String(args[0]).slice(0, 3)])
        try {
          tick(String(key))
        } catch (error) {
          // A close that reports an error has closed all the same.
          if (key === 'close') await value.apply(from, args)
          throw error
        }
        const result = await value.apply(from, writes ? [String(args[0]).slice(3)] : args)
        return key === 'open' ? counted(result as object, tick) : result
      }
    },
  })
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: 'injected' })
}
