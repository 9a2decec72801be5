/** What a tool's file says in its header: tags, description, and the code below as its signature. */

export interface ToolFile {
  readonly tool?: string
  readonly server?: string
  readonly category?: string
  readonly keywords: readonly string[]
  readonly description?: string
  /** The code without shebang, imports and header comment. */
  readonly signature: string
}

const header = /^(?:#!.*\n)?(?:\s*import .*\n)*\s*/
const comment = /\/\*\*([\s\S]*?)\*\//

export function parseToolFile(text: string): ToolFile {
  const source = text.replaceAll('\r\n', '\n')
  const { tags, prose } = readComment(comment.exec(source)?.[1] ?? '')
  const description = tags.get('description') ?? prose
  const named = ['tool', 'server', 'category'].map(name => [name, tags.get(name)] as const)
  return {
    ...Object.fromEntries(named.filter(([, value]) => value !== undefined)),
    ...(description !== '' && { description }),
    keywords: (tags.get('keywords') ?? '').split(/[,\s]+/).filter(Boolean),
    signature: source.replace(header, '').replace(comment, '').trim(),
  }
}

function readComment(text: string): {
  readonly tags: ReadonlyMap<string, string>
  readonly prose: string
} {
  const tags = new Map<string, string>()
  const prose: string[] = []
  for (const line of text.split('\n').map(each => each.replace(/^\s*\*?\s?/, '').trimEnd())) {
    const tag = /^@(tool|server|category|keywords|description)\s+(.*)$/.exec(line)
    if (tag?.[1] === undefined) prose.push(line)
    else tags.set(tag[1], (tag[2] ?? '').trim())
  }
  return { tags, prose: prose.join('\n').trim() }
}
