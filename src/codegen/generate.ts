/** A catalog as files: the whole tree, in the order of its paths, the same bytes every time. */
import type { Catalog } from '../catalog/index.ts'
import { type NamedTool, nameTools, type ToolLabels } from './named-tool.ts'
import { declarations, serversMount } from './sandbox-modules.ts'
import { serverIndex, toolList } from './server-index.ts'
import type { SourceFile } from './source-file.ts'
import { toolModule } from './tool-module.ts'
import { manifest, packageJson, type Provenance, toJson, treeMeta, tsconfig } from './tree-meta.ts'

export interface GenerateOptions extends Provenance {
  /** Files that go along as they are: the modules of `_runtime/`, the pages of a skill. */
  readonly extras: readonly SourceFile[]
  readonly labels?: ToolLabels
}

/** Every file of a server's tree, sorted by path. Pure: no clock, no I/O, no locale. */
export function generate(catalog: Catalog, options: GenerateOptions): readonly SourceFile[] {
  const tools = nameTools(catalog, options.labels)
  const files: SourceFile[] = [...tools.map(named => toolFile(named)), ...options.extras]
  const add = (path: string, text: string): void => {
    files.push({ path, text })
  }
  add('index.ts', serverIndex(catalog, tools))
  add('_tools.ts', toolList(tools))
  add('tsconfig.json', toJson(tsconfig))
  const isSandbox = options.mode === 'sandbox'
  if (isSandbox) for (const [path, text] of sandboxDeclarations(catalog)) add(path, text)
  const late = ['_meta.json', 'package.json', ...(isSandbox ? ['manifest.json'] : [])]
  const paths = [...files.map(({ path }) => path), ...late].toSorted((a, b) => (a < b ? -1 : 1))
  const meta = treeMeta(catalog, tools, { ...options, files: paths })
  add('_meta.json', toJson(meta))
  add('package.json', toJson(packageJson(meta)))
  if (isSandbox) add('manifest.json', toJson(manifest(meta)))
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function toolFile(named: NamedTool): SourceFile {
  return { path: named.file, text: toolModule(named), executable: true }
}

/** The type checker's view of the tree, below `_sandbox/`. */
function sandboxDeclarations(catalog: Catalog): [path: string, text: string][] {
  const root = `${serversMount}/${catalog.server.id}/`
  const inside = [...declarations([catalog])].filter(([path]) => path.startsWith(root))
  return inside.map(([path, text]) => [`_sandbox/${path.slice(root.length)}`, text])
}
