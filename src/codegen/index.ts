export { type CallDeclarations, callDeclarations } from './call-declarations.ts'
export { generate, type GenerateOptions } from './generate.ts'
export { type NamedTool, nameTools, type ToolLabel, type ToolLabels } from './named-tool.ts'
export { assignNames, wireNameOf } from './names.ts'
export { declarations, sandboxModules, serversMount } from './sandbox-modules.ts'
export { type CompiledSchema, compileSchema, type CompileOptions } from './schema-type.ts'
export { describe, type DescribeOptions, indexLine, signatureOf, summaryOf } from './signature.ts'
export { type SourceFile } from './source-file.ts'
export { toolModule } from './tool-module.ts'
export {
  type Manifest,
  parseTreeMeta,
  type Provenance,
  type ToolMeta,
  type TreeMeta,
  type TreeMode,
} from './tree-meta.ts'
