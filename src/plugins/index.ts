export { type PreparedModules } from './module-container.ts'
export { type PluginMetadata, type PluginTool, type VfsFile } from './plugin-format.ts'
export {
  type ListedPlugin,
  listPlugins,
  loadPlugin,
  type Plugin,
  type PluginInfo,
  type PluginSource,
  removePlugin,
  savePlugin,
  type SaveReport,
  verifyPlugin,
} from './store.ts'
