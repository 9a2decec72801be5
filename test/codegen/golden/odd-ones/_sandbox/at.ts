import type { Tool } from './_runtime/mcp-bridge.ts'
export declare const at: Tool<Record<string, unknown>>
