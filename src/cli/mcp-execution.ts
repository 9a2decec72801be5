#!/usr/bin/env node
import { packageVersion } from '../package-root.ts'

process.stdout.write(`mcp-execution ${packageVersion()}\n`)
