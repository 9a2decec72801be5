import type { Tool } from './_runtime/mcp-bridge.ts'
export declare const getUser_2: Tool<Record<string, number>>
