#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/** List labels */
export const listLabels = tool(import.meta)
