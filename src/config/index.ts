export { type AdHocFlags, adHocServer, hasAdHocFlags } from './ad-hoc.ts'
export { removeApproval, saveApproval } from './approvals.ts'
export {
  type Config,
  type ConfigProblem,
  type ConfigSource,
  type Definition,
  type EntryState,
  type HttpDefinition,
  type ServerEntry,
  type StdioDefinition,
} from './definition.ts'
export {
  findInstallations,
  type InstallChange,
  type Installation,
  type InstallScope,
  planInstall,
  undoInstall,
  writeInstall,
} from './install.ts'
export { type ConfigDeps, loadConfig } from './load.ts'
export { saveInput } from './inputs.ts'
export { findPlaces, type Places, type PlacesInput } from './places.ts'
export { type ConfigFiles, type FileRead, nodeFiles } from './read-file.ts'
export {
  entryOf,
  fingerprint,
  parseRecord,
  readRecord,
  recordOf,
  registerServer,
  type RegisteredServer,
  unregisterServer,
} from './registered.ts'
export { resolveEntry } from './resolve.ts'
export { selectServer, usableDefinition } from './select.ts'
export {
  loadSettings,
  parseSetting,
  settingKey,
  type SettingKey,
  type SettingRule,
  settingRules,
  type Settings,
  settingsFile,
  type SettingValue,
} from './settings.ts'
export { unsetSetting, writeSetting, writeSettingsTemplate } from './settings-file.ts'
export {
  type HttpTarget,
  type OAuthHints,
  type Origin,
  type ServerSettings,
  type ServerSpec,
  type StdioTarget,
  type Target,
} from './server-spec.ts'
export { showTemplate, type Template } from './template.ts'
