#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/** @tool get_user */
export const getUser_2 = tool<Record<string, number>>(import.meta)
