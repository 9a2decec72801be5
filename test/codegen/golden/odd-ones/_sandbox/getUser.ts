import type { Tool } from './_runtime/mcp-bridge.ts'
export declare const getUser: Tool<{__proto?:"\u202e","a\"b"?:number}>
