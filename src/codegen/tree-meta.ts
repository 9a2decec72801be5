/** `_meta.json`, `manifest.json`, `package.json` and `tsconfig.json` of a generated tree. */
import type { Catalog, SkippedTool, ToolAnnotations } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import type { NamedTool } from './named-tool.ts'
import { isSchemaObject } from './schema-scope.ts'

export type TreeMode = 'progressive' | 'sandbox' | 'skill'

/** What made a tree, and from what. */
export interface Provenance {
  readonly generator: { readonly name: string; readonly version: string }
  /** ISO 8601; the only part of a tree that is not a function of the catalog. */
  readonly generatedAt: string
  /** Digest of the server's configured entry, without secrets. */
  readonly configFingerprint: string
  readonly mode: TreeMode
}

export interface ToolMeta {
  readonly name: string
  readonly typescript_name: string
  readonly file: string
  readonly title?: string
  readonly description?: string
  readonly category?: string
  readonly keywords?: readonly string[]
  readonly short_description?: string
  readonly digest: string
  readonly annotations?: ToolAnnotations
}

/** The content of `_meta.json`. */
export interface TreeMeta {
  readonly schema_version: 1
  readonly server: {
    readonly id: string
    readonly name: string
    readonly title?: string
    readonly version: string
    readonly protocol_version: string
    readonly instructions?: string
  }
  readonly generator: { readonly name: string; readonly version: string }
  readonly generated_at: string
  readonly config_fingerprint: string
  readonly catalog_digest: string
  readonly mode: TreeMode
  /** Every file of the tree, this one included: what the next export may replace. */
  readonly files: readonly string[]
  readonly tools: readonly ToolMeta[]
  readonly skipped: readonly SkippedTool[]
}

/** What `_meta.json` says of a tree. */
export function treeMeta(
  catalog: Catalog,
  tools: readonly NamedTool[],
  { generator, generatedAt, configFingerprint, mode, files }: Provenance & Pick<TreeMeta, 'files'>,
): TreeMeta {
  const { id, name, title, version, protocolVersion, instructions } = catalog.server
  return {
    schema_version: 1,
    server: {
      id,
      name,
      ...(title !== undefined && { title }),
      version,
      protocol_version: protocolVersion,
      ...(instructions !== undefined && { instructions }),
    },
    generator: { name: generator.name, version: generator.version },
    generated_at: generatedAt,
    config_fingerprint: configFingerprint,
    catalog_digest: catalog.digest,
    mode,
    files,
    tools: tools.map(named => toolMeta(named)),
    skipped: catalog.skipped.map(({ name: skipped, reason }) => ({ name: skipped, reason })),
  }
}

function toolMeta({ tool, name, file, label }: NamedTool): ToolMeta {
  const { title, description, annotations } = tool
  const { category, keywords, shortDescription } = label
  return {
    name: tool.name,
    typescript_name: name,
    file,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(keywords && keywords.length > 0 && { keywords }),
    ...(shortDescription !== undefined && { short_description: shortDescription }),
    digest: tool.digest,
    ...(annotations !== undefined && { annotations }),
  }
}

/** Reads `_meta.json`; throws SERIALIZATION where it is none of ours. */
export function parseTreeMeta(text: string): TreeMeta {
  const meta = parseJson(text)
  if (isTreeMeta(meta)) return meta
  throw new ExecutionError(
    'SERIALIZATION',
    'Cannot read "_meta.json": it is not what mcp-execution writes; generate the server again',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ExecutionError('SERIALIZATION', 'Cannot read "_meta.json": it is no JSON', { cause })
  }
}

function isTreeMeta(value: unknown): value is TreeMeta {
  if (!isSchemaObject(value) || value['schema_version'] !== 1) return false
  const { server, generator, files, tools, skipped } = value
  return (
    isSchemaObject(server) &&
    ['id', 'name', 'version', 'protocol_version'].every(key => isText(server[key])) &&
    isSchemaObject(generator) &&
    ['generated_at', 'config_fingerprint', 'catalog_digest', 'mode'].every(key =>
      isText(value[key]),
    ) &&
    Array.isArray(files) &&
    files.every(isText) &&
    Array.isArray(tools) &&
    tools.every(tool => isToolMeta(tool)) &&
    Array.isArray(skipped)
  )
}

function isToolMeta(value: unknown): boolean {
  if (!isSchemaObject(value)) return false
  return ['name', 'typescript_name', 'file', 'digest'].every(key => isText(value[key]))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** The content of `manifest.json`, as older tools know it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly tools: readonly {
    readonly name: string
    readonly typescript_name: string
    readonly description: string
  }[]
  readonly generated_at: string
  readonly generator: string
}

/** A sandbox tree's list of what is in it. */
export function manifest(meta: TreeMeta): Manifest {
  return {
    name: meta.server.id,
    version: meta.server.version,
    description: meta.server.instructions ?? meta.server.title ?? meta.server.name,
    tools: meta.tools.map(({ name, typescript_name, description = '' }) => ({
      name,
      typescript_name,
      description,
    })),
    generated_at: meta.generated_at,
    generator: `${meta.generator.name} ${meta.generator.version}`,
  }
}

/** 2-space JSON with a final newline. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** Makes the tree ES modules that no registry takes for a package. */
export function packageJson({ server, generator }: TreeMeta): object {
  return {
    name: `@mcp-execution/${server.id}`,
    private: true,
    type: 'module',
    description: `Tools of the MCP server ${server.id}, generated by ${generator.name}`,
    sideEffects: false,
    exports: { '.': './index.ts', './*': './*' },
  }
}

/** Strict, and complete without an install: no types from outside. */
export const tsconfig: object = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['*.ts', '_runtime/*.ts'],
}
