export {
  type ArgumentSource,
  type Properties,
  propertiesOf,
  readArgumentFile,
  readArguments,
} from './arguments.ts'
export {
  daemonInfoFile,
  type DaemonHome,
  type DaemonInfo,
  type DaemonProgram,
  findDaemonHome,
  findDaemonProgram,
  installedFile,
  isPrivate,
  readDaemonInfo,
} from './daemon-files.ts'
export { type DaemonLink, daemonProtocol, type LinkRequest, openDaemonLink } from './daemon-link.ts'
export { daemonLogFile, isAlive, reachDaemon } from './daemon-start.ts'
export { type RuntimeFile, runtimeFiles } from './embed.ts'
export { exitCodeFor } from './program.ts'
export { decodeResult, type RawResult, ToolError } from './result.ts'
export {
  fitsFrame,
  fromLine,
  gatherWrites,
  isRecord,
  lineReader,
  maxFrameBytes,
  toLine,
} from './wire.ts'
export {
  joinOurDaemon,
  reachOurDaemon,
  type ReachWorld,
  recordInstallation,
} from './installation.ts'
