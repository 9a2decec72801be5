/** What a program says of itself: its header comment, what it exports, and which tools it names. A reading, not a parse. */

export interface ProgramExport {
  /** "default" for the default export. */
  readonly name: string
  /** The declaration's first line, as written. */
  readonly signature: string
  readonly doc: string
}

/** A tool as a program names it: by its module's file, by its name in code, or by its wire name. */
export type ToolUse =
  | { readonly server: string; readonly file: string }
  | { readonly server: string; readonly typescriptName: string }
  | { readonly server: string; readonly wireName: string }

export interface ProgramText {
  readonly description: string
  readonly exports: readonly ProgramExport[]
  readonly tools: readonly ToolUse[]
}

const maxSignature = 400

export function readProgram(source: string): ProgramText {
  const code = blankOut(source, /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g)
  return {
    description: docBefore(source, firstCode(code)),
    exports: exportsOf(source, code),
    tools: [...importedTools(code), ...calledTools(code)],
  }
}

/** Comments become blanks, so that positions stay; strings are stepped over. */
function blankOut(source: string, comments: RegExp): string {
  const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/
  const either = new RegExp(`(${comments.source})|${strings.source}`, 'g')
  return source.replaceAll(either, (text, comment: string | undefined) =>
    comment === undefined ? text : text.replaceAll(/[^\n]/g, ' '),
  )
}

function firstCode(code: string): number {
  const at = code.search(/\S/)
  return at === -1 ? code.length : at
}

const declaration =
  /^export\s+(?:(default)\b|(?:declare\s+)?(?:async\s+)?(?:function\s*\*?|const|let|class|type|interface|enum)\s+([A-Za-z_$][\w$]*)|\{([^}]*)\})/gm

function exportsOf(source: string, code: string): readonly ProgramExport[] {
  return [...code.matchAll(declaration)].flatMap(({ 1: isDefault, 2: name, 3: list, index }) => {
    const signature = signatureAt(source, index)
    const doc = docBefore(source, index)
    if (list === undefined) return [{ name: isDefault ?? name ?? '', signature, doc }]
    return namesIn(list).map(each => ({ name: each, signature, doc: '' }))
  })
}

function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map(each => each.replace(/^.*\sas\s+/, '').trim())
    .filter(each => /^[A-Za-z_$][\w$]*$/.test(each))
}

/** Up to the body: `export async function triage(repo: string): Promise<Report>`. */
function signatureAt(source: string, index: number): string {
  const text = source.slice(index, index + maxSignature)
  const end = text.search(/\)[^(){]*\{\s*\n|\s\{\s*\n|=>|\n\n|;\n/)
  const head = end === -1 ? (text.split('\n', 1)[0] ?? '') : text.slice(0, end + 1)
  const result = /^[^{\n]*/.exec(text.slice(head.length))?.[0] ?? ''
  return `${head}${head.endsWith(')') ? result : ''}`.replaceAll(/\s+/g, ' ').trim()
}

/** The JSDoc that ends right before `index`. */
function docBefore(source: string, index: number): string {
  const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.slice(0, index))
  const lines = (found?.[1] ?? '').split('\n').map(line => line.replace(/^\s*\*?\s?/, '').trim())
  return lines.join('\n').trim()
}

function importedTools(code: string): readonly ToolUse[] {
  const imports = code.matchAll(
    /\b(?:import|export)\s+(?:type\s+)?([^'"]*?)\sfrom\s*['"]([^'"]+)['"]/g,
  )
  return [...imports].flatMap(({ 1: clause = '', 2: specifier = '' }): readonly ToolUse[] => {
    const module = /^(?:\/mcp-tools\/servers\/|servers\/)?([a-z0-9][a-z0-9_-]*)(?:\/(.+))?$/.exec(
      specifier,
    )
    const [, server, file] = module ?? []
    if (server === undefined || server === 'skills' || server === 'mcp') return []
    if (file !== undefined && !/^(?:index|_tools)(?:\.ts)?$/.test(file)) {
      return [{ server, file: file.replace(/(?:\.ts)?$/, '.ts') }]
    }
    return importedNames(clause).map(typescriptName => ({ server, typescriptName }))
  })
}

function importedNames(clause: string): readonly string[] {
  const list = /\{([^}]*)\}/.exec(clause)?.[1] ?? ''
  return list
    .split(',')
    .map(each =>
      each
        .replace(/^\s*type\s+/, '')
        .replace(/\sas\s.*$/, '')
        .trim(),
    )
    .filter(Boolean)
}

function calledTools(code: string): readonly ToolUse[] {
  const calls = code.matchAll(
    /\bcallTool\s*\(\s*['"]([a-z0-9][a-z0-9_-]*)['"]\s*,\s*['"]([^'"\n]+)['"]/g,
  )
  return [...calls].map(({ 1: server = '', 2: wireName = '' }) => ({ server, wireName }))
}
