/** The runtime of generated trees depends on nothing of ours: what it knows twice is pinned here. */
import { homedir, tmpdir } from 'node:os'

import { expect, test } from 'vitest'

import { findPlaces } from '../config/index.ts'
import { exitCodeOf } from '../errors.ts'
import { exitCodeFor, findDaemonHome } from '../runtime/index.ts'

test.each(Object.entries(exitCodeOf))(
  '%s leaves with exit code %i, as everywhere',
  (code, exit) => {
    expect(exitCodeFor(code)).toBe(exit)
  },
)

const long = `/${'x'.repeat(90)}`
test.each([
  { platform: 'linux', env: {} },
  { platform: 'linux', env: { XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/c', XDG_RUNTIME_DIR: '/r' } },
  { platform: 'linux', env: { XDG_STATE_HOME: 'relative', XDG_RUNTIME_DIR: 'relative' } },
  { platform: 'linux', env: { XDG_RUNTIME_DIR: long } },
  { platform: 'darwin', env: { XDG_STATE_HOME: long } },
  { platform: 'win32', env: { LOCALAPPDATA: '/local' } },
] as const)('the runtime finds the same folders: $platform $env', ({ platform, env }) => {
  const { stateDir, cacheDir, runDir } = findPlaces({
    env,
    platform,
    home: homedir(),
    tmpdir: tmpdir(),
  })
  expect(findDaemonHome(env, platform)).toEqual({ stateDir, cacheDir, runDir })
})
