/** A small plugin, and its version number in every file, so that a mix of two versions would show. */
import type { PluginSource } from '../../src/plugins/index.ts'

export function samplePlugin(version: string, toolCount = 3): PluginSource {
  const names = Array.from({ length: toolCount }, (_, index) => `tool${index}`).toSorted()
  return {
    metadata: {
      format_version: 1,
      server: { id: 'demo', name: 'Demo', version, protocol_version: '2025-11-25' },
      generated_at: '2026-11-22T10:00:00.000Z',
      generator_version: '0.1.0',
      tools: names.map(name => ({ name, typescript_name: name, description: `Does ${version}` })),
    },
    files: names.map(name => ({
      path: `${name}.ts`,
      text: `export const ${name}: string = '${version}'\n`,
      executable: true,
    })),
    modules: texts(names, name => `export const ${name} = '${version}'\n`),
    declarations: texts(names, name => `export declare const ${name}: '${version}'\n`),
  }
}

function texts(names: readonly string[], text: (name: string) => string): Map<string, string> {
  return new Map(names.map(name => [`/mcp-tools/servers/demo/${name}.ts`, text(name)]))
}
