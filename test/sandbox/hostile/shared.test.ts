import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, test } from 'vitest'

import {
  checkClosed,
  checkHostile,
  type HostileEngine,
  openHostileEngine,
  sharedPrefix,
} from './harness.ts'
import type { HostileProgram } from './measure.ts'

const shared =
  process.env['MCP_EXECUTION_SHARED_DIR'] ??
  fileURLToPath(new URL('../../../../shared', import.meta.url))
const file = `${shared}/hostile/programs.json`
const isThere = existsSync(file)
const programs = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as HostileProgram[]) : []

describe.skipIf(!isThere)('the shared hostile programs', () => {
  let hostile: HostileEngine
  beforeAll(async () => {
    hostile = await openHostileEngine()
  })
  afterAll(async () => {
    await hostile[Symbol.asyncDispose]()
  })

  // oxlint-disable-next-line vitest/expect-expect -- checkHostile expects
  test.each(programs)('$name', async program => {
    await checkHostile(hostile, { ...program, code: sharedPrefix + program.code })
  })

  // oxlint-disable-next-line vitest/expect-expect -- checkClosed expects
  test('once the engine is closed, the host has its memory back', async () => {
    await checkClosed(hostile)
  })
})
