/** Calls that name a server or tool that does not exist: found before the compiler's own, longer words for it. */
import { cleanText, nearest, quoteName, truncate } from '../text/index.ts'
import type { Declarations } from './declarations.ts'
import { type NamedCall, namedCalls } from './program-imports.ts'
import type { SyntaxNode, SyntaxTree } from './syntax-tree.ts'

const maxSignatureLength = 1500
const shownNames = 20

/** One thing wrong with a program, at offsets of the text the compiler saw. */
export interface Finding {
  readonly start: number
  readonly end: number
  readonly code: string
  readonly message: string
}

export interface Misnamed {
  /** The call. */
  readonly node: SyntaxNode
  readonly start: number
  /** Looking for what was meant takes time: only asked for what is shown. */
  readonly explain: () => Finding
}

/** `callTool` calls whose server or tool nobody knows. */
export function misnamedCalls(tree: SyntaxTree, declarations: Declarations): Misnamed[] {
  return namedCalls(tree).flatMap(call => misnamed(call, declarations) ?? [])
}

function misnamed(
  call: NamedCall,
  { servers, tools, modules }: Declarations,
): Misnamed | undefined {
  const { node, server, serverNode, tool, toolNode } = call
  if (!servers.includes(server)) {
    const message = (): string => `Unknown server ${quoteName(server)}${meant(server, servers)}`
    return later(node, serverNode, { code: 'UNKNOWN_SERVER', message })
  }
  if (tool === undefined || toolNode === undefined) return undefined
  const known = tools.filter(candidate => candidate.server === server)
  // A server that could not be asked has no module either.
  const isAsked = modules.has(`/mcp-tools/servers/${server}/index.ts`)
  if (!isAsked || known.some(candidate => candidate.tool === tool)) return undefined
  const message = (): string => unknownTool(server, tool, known)
  return later(node, toolNode, { code: 'UNKNOWN_TOOL', message })
}

function later(node: SyntaxNode, name: SyntaxNode, { code, message }: Lazily): Misnamed {
  const { start } = name
  return { node, start, explain: () => ({ ...placeOf(name), code, message: message() }) }
}

interface Lazily {
  readonly code: string
  readonly message: () => string
}

function unknownTool(server: string, tool: string, known: Declarations['tools']): string {
  const subject = `Unknown tool ${quoteName(tool)} of server ${quoteName(server)}`
  if (known.length === 0) return `${subject}; it has none`
  const names = known.map(candidate => candidate.tool)
  const near = nearest(tool, [...names, ...known.map(({ typescriptName }) => typescriptName)])
  const meantTool = known.find(
    ({ tool: name, typescriptName }) => near === name || near === typescriptName,
  )
  const signature = meantTool === undefined ? '' : signatureOf(meantTool.signature())
  return subject + meant(tool, names, meantTool?.tool) + signature
}

/** "; did you mean …?", or what there is. */
export function meant(
  name: string,
  known: readonly string[],
  near: string | undefined = nearest(name, known),
): string {
  if (near !== undefined) return `; did you mean ${quoteName(near)}?`
  if (known.length === 0) return '; none is configured'
  const names = known.slice(0, shownNames).map(one => quoteName(one))
  const more = known.length > shownNames ? ` and ${known.length - shownNames} more` : ''
  return `; there are ${names.join(', ')}${more}`
}

export function signatureOf(signature: string): string {
  return `\nSignature: ${truncate(cleanText(signature), maxSignatureLength)}`
}

export function placeOf(node: SyntaxNode): { readonly start: number; readonly end: number } {
  return { start: node.start, end: node.end }
}
