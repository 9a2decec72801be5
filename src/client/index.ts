export {
  type CallOptions,
  type Connection,
  type ContentPart,
  type Handshake,
  type ToolResult,
  type WireTool,
} from './connection.ts'
