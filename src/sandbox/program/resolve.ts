/** What an import specifier means in the virtual tree. Nothing outside it can be named. */
import type { VirtualModules } from '../engine.ts'

const toolsRoot = '/mcp-tools'
/** Below it lies what was generated from servers. */
export const serversRoot: string = `${toolsRoot}/servers`
/** The host functions as a module. */
export const hostModule = 'mcp'

/** The absolute path of the module, or why there is none. */
export function resolveModule(
  modules: VirtualModules,
  { from, specifier }: { readonly from: string; readonly specifier: string },
): { readonly path: string } | { readonly problem: string } {
  if (specifier === hostModule) return { path: hostModule }
  const wanted = toPath(from, specifier)
  if (wanted === undefined) return { problem: outside(specifier) }
  // "skills/triage" is no server, but lies beside them.
  const paths = [...candidates(wanted), ...candidates(wanted.replace(serversRoot, toolsRoot))]
  const path = paths.find(candidate => modules.has(candidate))
  return path === undefined ? { problem: missing(modules, specifier, wanted) } : { path }
}

/** A path in the tree with "." and ".." resolved; undefined for URLs, NUL and the like. */
export function toPath(from: string, specifier: string): string | undefined {
  if (specifier === '' || /^[a-z][a-z0-9+.-]*:/i.test(specifier)) return undefined
  if (/[\0\\]/.test(specifier)) return undefined
  if (specifier.startsWith('/')) return normalize(specifier)
  if (/^\.\.?(?:\/|$)/.test(specifier)) {
    return normalize(`${from.slice(0, from.lastIndexOf('/'))}/${specifier}`)
  }
  return normalize(`${serversRoot}/${specifier}`)
}

/** ".." at the root stays at the root. */
function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function candidates(path: string): string[] {
  const asTypeScript = path.replace(/\.js$/, '.ts')
  return [path, asTypeScript, `${path}.ts`, `${path}.js`, `${path}/index.ts`, `${path}/index.js`]
}

function outside(specifier: string): string {
  return `Cannot import ${quote(specifier)}: a program has no network, no packages and no Node modules; import a server ("github"), a tool file ("/mcp-tools/servers/github/createIssue.ts") or "mcp"`
}

function missing(modules: VirtualModules, specifier: string, wanted: string): string {
  const near = nearby(modules, wanted)
  const help = near.length === 0 ? 'no server is mounted' : `there is ${near.join(', ')}`
  return `Cannot import ${quote(specifier)}: no module has that path; ${help}`
}

/** Files of the same folder, else the servers. */
function nearby(modules: VirtualModules, wanted: string): string[] {
  const folder = wanted.slice(0, wanted.lastIndexOf('/') + 1)
  const siblings = [...modules.keys()].filter(path => path.startsWith(folder))
  const found = siblings.length > 0 ? siblings : [...modules.keys()]
  return found.slice(0, 5).map(path => quote(serverOf(path) ?? path))
}

function serverOf(path: string): string | undefined {
  return /^\/mcp-tools\/servers\/([^/]+)\/index\.ts$/.exec(path)?.[1]
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
