/** Declarations of two servers, made as a session makes them. */
import type { Catalog, JsonSchema } from '../../src/catalog/index.ts'
import { callDeclarations, nameTools, signatureOf } from '../../src/codegen/index.ts'
import { serverId, toolName } from '../../src/ids.ts'
import type { Declarations } from '../../src/typecheck/index.ts'

interface FakeTool {
  readonly name: string
  readonly input: JsonSchema
  readonly output?: JsonSchema
}

const text = { type: 'string' }
const object = (
  properties: Readonly<Record<string, unknown>>,
  required: string[] = [],
): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export function catalog(id: string, tools: readonly FakeTool[]): Catalog {
  return {
    server: {
      id: serverId(id),
      name: id,
      version: '1.0.0',
      protocolVersion: '2025-11-25',
      capabilities: {},
    },
    tools: tools.map(({ name, input, output }) => ({
      name: toolName(name),
      inputSchema: input,
      ...(output === undefined ? {} : { outputSchema: output }),
      digest: name,
    })),
    skipped: [],
    digest: id,
  }
}

export function declarationsOf(catalogs: readonly Catalog[]): Declarations {
  const { text: declared, modules } = callDeclarations(catalogs)
  return {
    digest: catalogs.map(({ digest }) => digest).join('-'),
    text: declared,
    modules,
    servers: catalogs.map(({ server }) => server.id),
    tools: catalogs.flatMap(each =>
      nameTools(each).map(named => ({
        server: each.server.id,
        tool: named.tool.name,
        typescriptName: named.name,
        signature: () => signatureOf(named),
      })),
    ),
  }
}

const number = { type: 'number' }
const issue = object({ number, url: text, assignee: object({ login: text }, ['login']) }, [
  'number',
  'url',
])

export const declarations: Declarations = declarationsOf([
  catalog('github', [
    {
      name: 'create_issue',
      input: object({ repo: text, title: text, labels: { type: 'array', items: text } }, [
        'repo',
        'title',
      ]),
      output: issue,
    },
    {
      name: 'list_issues',
      input: object({ repo: text }),
      output: object({ items: { type: 'array', items: issue } }, ['items']),
    },
    {
      name: 'set_state',
      input: object({ repo: text, state: { enum: ['open', 'closed'] } }, ['repo', 'state']),
    },
    { name: 'delete-repo', input: object({ repo: text }, ['repo']) },
  ]),
  catalog('memory', [{ name: 'read_graph', input: object({}) }]),
  catalog('empty', []),
])
