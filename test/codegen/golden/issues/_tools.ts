import { tool } from './_runtime/mcp-bridge.ts'

const $at = (file: string): unknown => tool(import.meta, file)

export const findTree = $at("findTree.ts") as typeof import("./findTree.ts").findTree
export type FindTreeParams = Parameters<typeof findTree>[0]
export type FindTreeResult = Awaited<ReturnType<typeof findTree>>

export const createIssue = $at("createIssue.ts") as typeof import("./createIssue.ts").createIssue
export type CreateIssueParams = Parameters<typeof createIssue>[0]
export type CreateIssueResult = Awaited<ReturnType<typeof createIssue>>

export const listLabels = $at("listLabels.ts") as typeof import("./listLabels.ts").listLabels
export type ListLabelsParams = Parameters<typeof listLabels>[0]
export type ListLabelsResult = Awaited<ReturnType<typeof listLabels>>
