import type { Tool } from './_runtime/mcp-bridge.ts'
export declare const delete_: Tool<Record<string, unknown>>
