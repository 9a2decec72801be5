#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

/**
Create a new issue.

Needs write access to the repository.
@category Issues
@keywords bug, ticket
*/
export const createIssue = tool<{
 owner: string // Repository owner
 repo: string
 title: string // 1..256 chars
 labels?: string[] // Labels to set
 state?: "open"|"closed" // default "open"
 "due-on"?: string | null // date
 assignee?: number | string // Id or login; int
}, {number:number,url:string}>(import.meta)
