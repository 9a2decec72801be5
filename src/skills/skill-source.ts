/** What a skill is made from: one server's generated tree, and its catalog where the server could be asked (contract §9). */
import type { JsonSchema } from '../catalog/index.ts'

export interface SkillServer {
  readonly id: string
  readonly name: string
  readonly title?: string
  readonly version: string
  readonly protocolVersion: string
  readonly instructions?: string
}

export interface SkillTool {
  /** The wire name, byte for byte. */
  readonly name: string
  readonly typescriptName: string
  /** The tool's file inside the server's tree. */
  readonly file: string
  readonly description?: string
  /** A line someone wrote for it; else the description's first sentence serves. */
  readonly summary?: string
  /** The catalog's, which tells whether the tool is still the same. */
  readonly digest?: string
  readonly category?: string
  readonly keywords: readonly string[]
  /** TypeScript, as the tool's file declares it. */
  readonly signature?: string
  /** Known only when a catalog was at hand; examples are made from it. */
  readonly inputSchema?: JsonSchema
  readonly readOnly: boolean
  readonly destructive: boolean
}

export interface SkillSource {
  readonly server: SkillServer
  /** Sorted by wire name. */
  readonly tools: readonly SkillTool[]
}

/** One file of a skill, "/"-separated path inside its folder. */
export interface SkillFile {
  readonly path: string
  readonly text: string
}
