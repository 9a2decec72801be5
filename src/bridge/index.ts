export { createBridge } from './bridge.ts'
export {
  type Bridge,
  type BridgeDeps,
  type ConnectionInfo,
  type Violation,
  type Wait,
} from './bridge-deps.ts'
export { type CacheProvider, memoryCache, type MemoryCacheOptions } from './cache-provider.ts'
export { findTool } from './check-call.ts'
export { type CatalogStore, catalogStore, type KeptCatalog } from './catalog-store.ts'
export { connectionKey } from './keys.ts'
export { type BridgeLimits, bridgeLimits } from './limits.ts'
export { type CacheInfo } from './result-cache.ts'
export { signature } from './signature.ts'
export { type ToolCall, type ToolCaller, type ToolCallOptions } from './tool-caller.ts'
export { argumentsValidator } from './validate.ts'
