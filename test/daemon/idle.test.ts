/** When a daemon that nobody asks stops: the real one, in this process, under a clock of ours. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { findPlaces, type Places } from '../../src/config/index.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import { serverFinder } from '../../src/daemon/find-server.ts'
import { localBridge } from '../../src/daemon/local-bridge.ts'
import { openDaemonLink } from '../../src/runtime/index.ts'

const idleMs = 900_000
let home: string
let places: Places
let daemon: Daemon
let clock = 0
let looks = 0
let looked: () => void = () => undefined

/** The clock is read at every look whether the daemon is idle. */
function now(): number {
  looks += 1
  looked()
  return clock
}

/** Resolves after two more looks: one of them saw the whole of what stands now. */
async function twoLooks(): Promise<void> {
  const wanted = looks + 2
  await new Promise<void>(resolve => {
    looked = () => {
      if (looks >= wanted) resolve()
    }
  })
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'idle-'))
  const env = { XDG_RUNTIME_DIR: join(home, 'run') }
  const { platform } = process
  places = findPlaces({ env, home, tmpdir: tmpdir(), platform })
  const finder = serverFinder({ places, platform })
  const resolve = (name: string) => finder.find({ name }, { cwd: home, env })
  const bridge = await localBridge({ places, platform, env, now: () => clock, resolve })
  clock = 0
  const log = { write: () => undefined }
  const deps = { places, platform, version: 'test', bridge, finder, log, now, idleMs, watchMs: 10 }
  const started = await startDaemon(deps)
  if (started === undefined) throw new Error('Another daemon serves')
  daemon = started
})
afterEach(async () => {
  await daemon[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

async function ask(body: Readonly<Record<string, unknown>>): Promise<unknown> {
  const link = await openDaemonLink(daemon.info)
  try {
    return await link?.request({ body })
  } finally {
    link?.close()
  }
}

test('a millisecond before its time it serves; when the time has come, it stops and leaves nothing', async () => {
  clock = idleMs - 1
  await twoLooks()
  expect(await ask({ op: 'status' })).toMatchObject({ pid: process.pid, idleMs })
  clock = idleMs
  expect(await daemon.stopped).toBe('idle')
  expect(readdirSync(places.runDir)).toEqual([])
})

test('a request starts the time anew; asking for its status does not', async () => {
  clock = 1000
  await ask({ op: 'cacheInfo' })
  clock = idleMs + 999
  await ask({ op: 'status' })
  await twoLooks()
  clock = idleMs + 1000
  expect(await daemon.stopped).toBe('idle')
})
