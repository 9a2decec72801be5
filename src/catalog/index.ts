export {
  type Catalog,
  type JsonSchema,
  type ServerInfo,
  type SkippedTool,
  type Tool,
  type ToolAnnotations,
} from './catalog.ts'
export { introspect, type IntrospectOptions } from './introspect.ts'
export type { Violation } from './evaluate-schema.ts'
export { SchemaValidator, type SchemaValidatorOptions, type Verdict } from './schema-validator.ts'
export {
  createToolSearch,
  type SearchHit,
  type SearchLabel,
  type SearchOptions,
  type ToolSearch,
} from './search.ts'
