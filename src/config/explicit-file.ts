/** A file the user names: whatever client's shape it has, told by the key it keeps its servers under. */
import { isRecord, memberAt, type Path } from './document.ts'
import { claudeCode } from './hosts/claude-code.ts'
import { codex } from './hosts/codex.ts'
import { goose } from './hosts/goose.ts'
import type { Host } from './hosts/host.ts'
import { opencode } from './hosts/opencode.ts'
import { vscode } from './hosts/vscode.ts'
import { zed } from './hosts/zed.ts'
import type { Candidate } from './read-source.ts'

const shapes: readonly (readonly [container: Path, host: Host])[] = [
  [['mcpServers'], claudeCode],
  [['servers'], vscode],
  [['mcp', 'servers'], opencode],
  [['mcp'], opencode],
  [['context_servers'], zed],
  [['mcp_servers'], codex],
  [['extensions'], goose],
]

/** Relative paths in it are relative to the working folder, as if its commands had been typed. */
export function explicitCandidate(path: string, document: unknown, cwd: string): Candidate {
  const found = shapes.find(([container]) => isRecord(memberAt(document, container)))
  const host = found?.[1] ?? claudeCode
  const containers = shapes.filter(([, of]) => of === host).map(([container]) => container)
  const file = { scope: 'file' as const, path, containers: [...containers, []], workspace: cwd }
  return { host: { ...host, client: found === undefined ? 'file' : host.client }, file }
}
