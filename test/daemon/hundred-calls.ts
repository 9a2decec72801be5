/** A process of its own that makes a hundred calls from within, as fast as it can. */
import { homedir, tmpdir } from 'node:os'

import { findPlaces } from '../../src/config/index.ts'
import { openToolCaller } from '../../src/daemon/index.ts'
import { toCall } from './home.ts'

const { env, platform } = process
const places = findPlaces({ env, home: homedir(), platform, tmpdir: tmpdir() })
const caller = openToolCaller({ env, cwd: homedir(), places, platform, now: Date.now })
const calls = Array.from({ length: 100 }, () => caller.call(toCall('calls', 'count')))
await Promise.all(calls)
await caller[Symbol.asyncDispose]()
