export {
  type Generated,
  type GenerationDeps,
  generateTree,
  introspectAgain,
  introspectServer,
  type Planned,
  planTree,
  type TreeRequest,
  withServer,
} from './generation.ts'
export { type ChangedTool, checkTree, type Drift } from './generation-check.ts'
