#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/** 天気を調べる。 */
export const 天気 = tool<{ "都市"?: string }>(import.meta)
