#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/**
Deletes `**\/*.ext` *\/ and ${more}
@tool delete
*/
export const delete_ = tool<Record<string, unknown>>(import.meta)
