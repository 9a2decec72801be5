#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

export const at = tool<Record<string, unknown>>(import.meta)
