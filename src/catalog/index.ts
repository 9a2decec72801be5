export {
  type Catalog,
  type JsonSchema,
  type ServerInfo,
  type SkippedTool,
  type Tool,
  type ToolAnnotations,
} from './catalog.ts'
export {
  defaultMaxSchemaBytes,
  highestMaxSchemaBytes,
  introspect,
  type IntrospectOptions,
} from './introspect.ts'
export type { Violation } from './evaluate-schema.ts'
export {
  SchemaValidator,
  type SchemaValidatorOptions,
  validationDeadlineMs,
  type Verdict,
} from './schema-validator.ts'
export { canonicalDigest } from './tool-digest.ts'
export {
  createToolSearch,
  type SearchHit,
  type SearchLabel,
  type SearchOptions,
  type ToolSearch,
} from './search.ts'
