export { type AnalyticEstimate, analyticEstimate, analyticLimit } from './analytic-model.ts'
export { type CountTokens, openTokenizer, tokenizer } from './count.ts'
export {
  type MeasureOptions,
  measureServer,
  type PathCost,
  type ReadingPath,
  type ServerTokens,
  toolListText,
} from './reading-paths.ts'
export {
  measureViews,
  summarizeViews,
  type ToolTokens,
  type ToolView,
  type ViewReport,
  type ViewTokens,
} from './tool-views.ts'
