export { toExecutionError } from './daemon-caller.ts'
export { recordInstallation } from './installation.ts'
export { localBridge, type LocalBridgeDeps, statsFolder } from './local-bridge.ts'
export {
  type CallerWorld,
  noDaemon,
  openLocalCaller,
  openToolCaller,
  reachOurDaemon,
} from './open-caller.ts'
export { type DaemonStatus, parseStatus } from './status.ts'
