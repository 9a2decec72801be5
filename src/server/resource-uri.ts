/** The addresses of what our server offers to read. */

export const treeUriPrefix = 'mcp-execution://servers/'
export const resultUriPrefix = 'mcp-execution://results/'

/** A file of a generated tree. */
export function treeUri(server: string, path: string): string {
  return treeUriPrefix + [server, ...path.split('/')].map(encodeURIComponent).join('/')
}

/** A result too big for an answer. */
export function resultUri(session: string, handle: string): string {
  return `${resultUriPrefix}${encodeURIComponent(session)}/${encodeURIComponent(handle)}`
}

/** The decoded segments after `prefix`; undefined for another kind of address or a malformed one. */
export function segmentsOf(uri: string, prefix: string): readonly string[] | undefined {
  if (!uri.startsWith(prefix)) return undefined
  try {
    return uri.slice(prefix.length).split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}
