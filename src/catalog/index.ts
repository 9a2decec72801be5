export {
  type Catalog,
  type JsonSchema,
  type ServerInfo,
  type SkippedTool,
  type Tool,
  type ToolAnnotations,
} from './catalog.ts'
