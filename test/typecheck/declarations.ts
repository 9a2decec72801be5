/** Declarations of two servers, as a session would make them. */
import type { Declarations } from '../../src/typecheck/index.ts'

const issueParams = '{ repo: string; title: string; labels?: string[] }'

export const declarations: Declarations = {
  digest: 'fixture',
  text: `
interface Tools {
  github: {
    create_issue: { params: ${issueParams}; result: { number: number; url: string; assignee?: { login: string } } }
    list_issues: { params: { repo?: string }; result: { items: { title: string; number: number }[] } }
    'delete-repo': { params: { repo: string }; result: unknown }
  }
  memory: { read_graph: { params: {}; result: unknown } }
}
declare function callTool<S extends keyof Tools, T extends keyof Tools[S]>(
  server: S,
  tool: T,
  params: Tools[S][T] extends { params: infer P } ? P : never,
): Promise<Tools[S][T] extends { result: infer R } ? R : never>
`,
  modules: new Map([
    [
      '/mcp-tools/servers/github/createIssue.ts',
      `export declare const createIssue: (params: ${issueParams}) => Promise<{ number: number; url: string }>`,
    ],
    ['/mcp-tools/servers/github/index.ts', `export { createIssue } from './createIssue.ts'`],
  ]),
  servers: ['github', 'memory'],
  tools: [
    tool('github', 'create_issue', 'createIssue'),
    tool('github', 'list_issues', 'listIssues'),
    tool('github', 'delete-repo', 'deleteRepo'),
    tool('memory', 'read_graph', 'readGraph'),
  ],
}

function tool(server: string, name: string, typescriptName: string): Declarations['tools'][number] {
  return { server, tool: name, typescriptName, signature: () => `${typescriptName}(…)` }
}
