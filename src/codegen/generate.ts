/** A catalog as files: the whole tree, in the order of its paths, the same bytes every time. */
import type { Catalog } from '../catalog/index.ts'
import { type NamedTool, nameTools, type ToolLabels } from './named-tool.ts'
import { declarations, serversMount } from './sandbox-modules.ts'
import { serverIndex, toolList } from './server-index.ts'
import type { SourceFile } from './source-file.ts'
import { toolModule } from './tool-module.ts'
import { manifest, packageJson, type Provenance, toJson, treeMeta, tsconfig } from './tree-meta.ts'

export interface GenerateOptions extends Provenance {
  /** The text of the dependency-free runtime that the tree carries. */
  readonly runtime: string
  readonly labels?: ToolLabels
}

/** Every file of a server's tree, sorted by path. Pure: no clock, no I/O, no locale. */
export function generate(catalog: Catalog, options: GenerateOptions): readonly SourceFile[] {
  const tools = nameTools(catalog, options.labels)
  const meta = treeMeta(catalog, tools, options)
  const files: SourceFile[] = tools.map(named => toolFile(named))
  const add = (path: string, text: string): void => {
    files.push({ path, text })
  }
  add('index.ts', serverIndex(catalog, tools))
  add('_tools.ts', toolList(tools))
  add('_runtime/mcp-bridge.ts', stamped(options))
  add('_meta.json', toJson(meta))
  add('package.json', toJson(packageJson(meta)))
  add('tsconfig.json', toJson(tsconfig))
  if (options.mode === 'sandbox') {
    add('manifest.json', toJson(manifest(meta)))
    for (const [path, text] of sandboxDeclarations(catalog)) add(path, text)
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function toolFile(named: NamedTool): SourceFile {
  return { path: named.file, text: toolModule(named), executable: true }
}

/** The runtime's text is checked where it is written; a tree has no types of Node to check it against. */
function stamped({ runtime, generator }: GenerateOptions): string {
  return `// ${generator.name} ${generator.version}: generated, do not edit.\n// @ts-nocheck\n${runtime}`
}

/** The type checker's view of the tree, below `_sandbox/`. */
function sandboxDeclarations(catalog: Catalog): [path: string, text: string][] {
  const root = `${serversMount}/${catalog.server.id}/`
  const inside = [...declarations([catalog])].filter(([path]) => path.startsWith(root))
  return inside.map(([path, text]) => [`_sandbox/${path.slice(root.length)}`, text])
}
