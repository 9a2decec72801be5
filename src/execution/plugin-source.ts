/** A generated tree as a plugin: the files, and the modules a program imports with their types already taken out. */
import { callDeclarations, sandboxModules } from '../codegen/index.ts'
import { packageVersion } from '../package-root.ts'
import type { PluginSource } from '../plugins/index.ts'
import { stripTypes } from '../sandbox/index.ts'
import type { Planned } from './generation.ts'

export function pluginSource({
  catalog,
  tree,
  meta,
}: Pick<Planned, 'catalog' | 'tree' | 'meta'>): PluginSource {
  const modules = [...sandboxModules(catalog)].map(([path, text]) => [path, prepare(text)] as const)
  const { text, modules: declared } = callDeclarations([catalog])
  return {
    metadata: {
      format_version: 1,
      server: {
        id: meta.server.id,
        name: meta.server.name,
        version: meta.server.version,
        protocol_version: meta.server.protocol_version,
      },
      generated_at: meta.generated_at,
      generator_version: packageVersion(),
      tools: meta.tools.map(({ name, typescript_name, description, digest }) => ({
        name,
        typescript_name,
        ...(description !== undefined && { description }),
        digest,
      })),
    },
    files: tree.files.map(file => ({
      path: file.path,
      text: file.text.toString(),
      ...(file.executable === true && { executable: true }),
    })),
    modules: new Map(modules),
    declarations: new Map([[declarationsPath, text], ...declared]),
  }
}

/** Where the ambient declarations of a plugin's tools stand among its declarations. */
const declarationsPath = '/mcp-tools/servers/tools.d.ts'

/** JavaScript: the sandbox takes it as it is. Comments and blanked types are nothing anybody needs to load. */
function prepare(text: string): string {
  const source = text.startsWith('#!') ? text.slice(text.indexOf('\n') + 1) : text
  return stripTypes(source)
    .code.replaceAll(/^\/\*[\s\S]*?\*\/$/gm, '')
    .replaceAll(/[^\S\n]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim()
}
