import { claudeCode } from './claude-code.ts'
import { claudeDesktop } from './claude-desktop.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'
import { goose } from './goose.ts'
import type { Host } from './host.ts'
import { kiro } from './kiro.ts'
import { mcpExecution } from './mcp-execution.ts'
import { opencode } from './opencode.ts'
import { vscode } from './vscode.ts'
import { windsurf } from './windsurf.ts'
import { zed } from './zed.ts'

/** Every client whose files we read, strongest first. */
export const hosts: readonly Host[] = [
  mcpExecution,
  claudeCode,
  claudeDesktop,
  cursor,
  vscode,
  windsurf,
  codex,
  gemini,
  opencode,
  zed,
  copilot,
  cline,
  kiro,
  goose,
]
