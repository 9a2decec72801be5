#!/usr/bin/env node
import { tool } from './_runtime/mcp-bridge.ts'

// An issue and what hangs on it
type Node = {
 id: number // int
 children?: Node[]
}
/**
Finds a tree of issues
@tool Find_Tree
@category Issues
*/
export const findTree = tool<{
 root?: Node
 by?: "id" | "key" // "id" = the number
} & ({ root: Node; by?: never } | { by: "id"|"key"; root?: never })>(import.meta)
