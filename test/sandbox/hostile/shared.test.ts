import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, test } from 'vitest'

import { type Engine, openQuickJsEngine } from '../sandbox-door.ts'
import { checkHostile, type HostileProgram, sharedPrefix } from './harness.ts'

const shared =
  process.env['MCP_EXECUTION_SHARED_DIR'] ??
  fileURLToPath(new URL('../../../../shared', import.meta.url))
const file = `${shared}/hostile/programs.json`
const isThere = existsSync(file)
const programs = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as HostileProgram[]) : []

describe.skipIf(!isThere)('the shared hostile programs', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openQuickJsEngine({ workers: 2 })
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
  })

  // oxlint-disable-next-line vitest/expect-expect -- checkHostile expects
  test.each(programs)('$name', async program => {
    await checkHostile(engine, { ...program, code: sharedPrefix + program.code })
  })
})
