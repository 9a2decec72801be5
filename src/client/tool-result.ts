/** A raw answer to tools/call as our own type: every part kept, only what is no part at all left out. */
import { ExecutionError } from '../errors.ts'
import { isNestedDeeper, maxValueDepth } from '../json-value.ts'
import type { ContentPart, ToolResult } from './connection.ts'
import { isRecord } from './json-rpc.ts'

/** Throws SERVER_LIMIT for one that nests too deep to be passed on. */
export function toToolResult(raw: unknown): ToolResult {
  if (isNestedDeeper(raw, maxValueDepth)) {
    const how = `its answer nests more than ${maxValueDepth} levels deep; ask the tool for less`
    throw new ExecutionError('SERVER_LIMIT', how)
  }
  const result = isRecord(raw) ? raw : {}
  const meta = result['_meta']
  // Before 2024-11-05 an answer was one value called toolResult.
  const older = 'toolResult' in result && !('content' in result)
  return {
    content: older ? [] : contentParts(result['content']),
    ...('structuredContent' in result ? { structuredContent: result['structuredContent'] } : {}),
    ...(older ? { structuredContent: result['toolResult'] } : {}),
    ...(result['isError'] === true ? { isError: true } : {}),
    ...(isRecord(meta) ? { meta } : {}),
  }
}

function contentParts(content: unknown): readonly ContentPart[] {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content]
  return parts.map(part => toContentPart(part)).filter(part => part !== undefined)
}

// A text beside other parts is as good as one that stands alone.
function toContentPart(part: unknown): ContentPart | undefined {
  if (typeof part === 'string') return { type: 'text', text: part }
  return isContentPart(part) ? part : undefined
}

// The union is open: a kind this version of us does not know is passed on as it came.
function isContentPart(part: unknown): part is ContentPart {
  return isRecord(part) && typeof part['type'] === 'string'
}
