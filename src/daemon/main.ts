/** The daemon's process: built to dist/workers/daemon.js, started by whoever first needs it. */
import { homedir, tmpdir } from 'node:os'

import { findPlaces, loadSettings } from '../config/index.ts'
import { packageVersion } from '../package-root.ts'
import { daemonLogFile } from '../runtime/index.ts'
import { defaultIdleMs, startDaemon } from './daemon.ts'
import { serverFinder } from './find-server.ts'
import { localBridge } from './local-bridge.ts'
import { openLog } from './log.ts'

process.umask(0o077)
const { env, platform } = process
const home = env['HOME'] ?? homedir()
const places = findPlaces({ env, home, platform, tmpdir: tmpdir() })
const log = openLog({ file: daemonLogFile(places.stateDir), home, now: Date.now })

const finder = serverFinder({ places, platform })
const bridge = await localBridge({
  places,
  platform,
  env,
  now: Date.now,
  // Every request comes with its server: see operations.ts.
  resolve: server => finder.find({ name: server }, { cwd: home, env }),
})
const daemon = await startDaemon({
  places,
  platform,
  version: packageVersion(),
  bridge,
  finder,
  log,
  now: Date.now,
  idleMs: await idleMs(),
})
if (daemon === undefined) process.exit(0)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => void daemon.stop(signal))
}
// One server's or caller's stray failure is no reason to drop everyone else's connections.
process.on('unhandledRejection', reason => log.write('rejected', { message: String(reason) }))
process.on('uncaughtException', error => {
  log.write('crashed', { message: String(error instanceof Error ? error.stack : error) })
  process.exit(1)
})
await daemon.stopped
process.exit(0)

async function idleMs(): Promise<number> {
  const given = Number(env['MCP_EXECUTION_DAEMON_IDLE_MS'])
  if (given > 0) return given
  const settings = await loadSettings(places).catch(() => undefined)
  const minutes = settings?.['runtime.daemon_idle_minutes']
  return minutes === undefined ? defaultIdleMs : minutes * 60_000
}
