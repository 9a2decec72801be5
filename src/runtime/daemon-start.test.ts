import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { reachDaemon } from './daemon-start.ts'
import { recordInstallation } from './installation.ts'

test.each(['runDir', 'stateDir'])(
  'no daemon is had, and nothing thrown, where %s cannot be made: calls go on without it',
  async blocked => {
    const root = mkdtempSync(join(tmpdir(), 'daemon-start-'))
    const file = join(root, 'file')
    writeFileSync(file, '')
    const places = { runDir: join(root, 'run'), stateDir: join(root, 'state'), cacheDir: root }
    const home = { ...places, [blocked]: join(file, 'below') }
    const program = { version: '0.0.0', script: file }
    recordInstallation(home, {})
    expect(await reachDaemon(home, {}, program)).toBe(undefined)
  },
)
