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
export { readTreeMeta } from './generation-tree.ts'
