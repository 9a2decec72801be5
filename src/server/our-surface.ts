/** Our whole surface: nine tools, two kinds of resources, a few words of instructions (spec §8). */
import type { Backend } from './backend.ts'
import { createGate } from './gate.ts'
import { instructions } from './instructions.ts'
import { Introspections } from './introspections.ts'
import type { Surface } from './mcp-server.ts'
import { ourResources } from './our-resources.ts'
import type { ServerTool } from './tool.ts'
import { callTool } from './tools/call-tool.ts'
import { describeTools } from './tools/describe-tools.ts'
import { executeCode } from './tools/execute-code.ts'
import { generateSkill } from './tools/generate-skill.ts'
import { introspectServer } from './tools/introspect-server.ts'
import { listGeneratedServers } from './tools/list-generated-servers.ts'
import { saveCategorizedTools } from './tools/save-categorized-tools.ts'
import { saveSkill } from './tools/save-skill.ts'
import { searchTools } from './tools/search-tools.ts'

export function ourSurface(backend: Backend): Surface {
  return {
    instructions,
    tools: new Map(ourTools(backend).map(tool => [tool.name, tool])),
    resources: ourResources(backend),
    gate: createGate(),
    newSession: backend.newSession,
  }
}

function ourTools(backend: Backend): ServerTool[] {
  const introspections = new Introspections({ now: backend.now })
  return [
    searchTools(backend),
    describeTools(backend),
    executeCode(backend),
    callTool(backend),
    introspectServer(backend, introspections),
    saveCategorizedTools(backend, introspections),
    listGeneratedServers(backend),
    generateSkill(backend),
    saveSkill(backend),
  ]
}
