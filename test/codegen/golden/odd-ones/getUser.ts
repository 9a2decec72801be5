#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

export const getUser = tool<{ __proto?: "\u202e"; "a\"b"?: number }>(import.meta)
