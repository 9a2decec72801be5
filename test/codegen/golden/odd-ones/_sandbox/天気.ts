import type { Tool } from './_runtime/mcp-bridge.ts'
export declare const 天気: Tool<{"都市"?:string}>
