export { type ToolCall, type ToolCaller, type ToolCallOptions } from './tool-caller.ts'
