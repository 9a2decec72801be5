/** One file's servers and problems. A broken file or entry is reported by name; the rest still works. */
import { ExecutionError } from '../errors.ts'
import { approvalDigest, isApproved } from './approvals.ts'
import type { ConfigProblem, ConfigSource, EntryState, ServerEntry } from './definition.ts'
import { type ConfigDocument, isRecord, memberAt, type Parsed, type Path } from './document.ts'
import type { Host, HostFile } from './hosts/host.ts'
import { normalise, type Normalised } from './normalise.ts'
import { isOwnServer } from './own-entry.ts'
import type { ConfigFiles } from './read-file.ts'
import { shown, shownPath } from './rules.ts'
import type { Origin } from './server-spec.ts'

/** An entry before ids are given out. */
export type FoundEntry = Omit<ServerEntry, 'id'>

export interface Candidate {
  readonly host: Host
  readonly file: Omit<HostFile, 'scope'> & { readonly scope: Origin['scope'] }
}

export interface ReadSource {
  readonly entries: readonly FoundEntry[]
  readonly problems: readonly ConfigProblem[]
  readonly source?: ConfigSource
}

export interface SourceDeps {
  readonly files: ConfigFiles
  readonly stateDir: string
  readonly parse: (path: string) => Promise<Parsed | { readonly status: 'absent' }>
}

export async function readSource(candidate: Candidate, deps: SourceDeps): Promise<ReadSource> {
  const { host, file } = candidate
  const parsed = await deps.parse(file.path)
  if (parsed.status === 'absent') return { entries: [], problems: [] }
  const about = { client: host.client, scope: file.scope, file: file.path }
  if (parsed.status === 'broken') {
    const message = `Cannot read ${shownPath(file.path)}: ${parsed.reason}; correct the file`
    const problem = { severity: 'error' as const, message, client: host.client, file: file.path }
    const source = { ...about, status: 'broken' as const, servers: 0 }
    return { entries: [], problems: [{ ...problem, ...parsed.position }], source }
  }
  const { document } = parsed
  const containers = file.containers.filter(path => memberAt(document.value, path) !== undefined)
  const reads = await Promise.all(
    containers
      .filter(path => path.length > 0 || containers.length === 1)
      .map(path => readContainer(path, document, [candidate, deps])),
  )
  const entries = reads.flatMap(read => read.entries)
  const problems = reads.flatMap(read => read.problems)
  // A state file of a client that names no server of this project is no source.
  if (reads.length === 0) return { entries, problems }
  return { entries, problems, source: { ...about, status: 'read', servers: entries.length } }
}

type Asked = readonly [candidate: Candidate, deps: SourceDeps]

async function readContainer(
  path: Path,
  document: ConfigDocument,
  [candidate, deps]: Asked,
): Promise<Omit<ReadSource, 'source'>> {
  const { host, file } = candidate
  const servers = memberAt(document.value, path)
  const problem = async (
    severity: ConfigProblem['severity'],
    message: string,
    at: Path,
  ): Promise<ConfigProblem> => ({
    severity,
    message,
    client: host.client,
    file: file.path,
    ...(await document.locate(at)),
  })
  if (!isRecord(servers)) {
    const message = `Cannot read the servers of ${shownPath(file.path)}: ${shown(path.join('.'))} is not an object; write {…}`
    return { entries: [], problems: [await problem('error', message, path)] }
  }
  const repeated = await document.duplicates(path)
  const problems: ConfigProblem[] = await Promise.all(
    repeated.map(name =>
      problem('warning', `Server ${shown(name)} is written twice; the last one counts`, [
        ...path,
        name,
      ]),
    ),
  )
  const entries: FoundEntry[] = []
  for (const [name, raw] of Object.entries(servers)) {
    const at = [...path, name]
    const read = readEntry({ name, raw, at, files: deps.files }, document, candidate)
    if (read === undefined) continue
    // oxlint-disable-next-line no-await-in-loop -- order is kept; the only wait is one look for an approval file
    entries.push(await withApproval(read.entry, deps))
    for (const [severity, message] of read.messages) {
      // oxlint-disable-next-line no-await-in-loop -- problems are few
      problems.push({ ...(await problem(severity, message, at)), server: name })
    }
  }
  return { entries, problems }
}

interface RawServer {
  readonly name: string
  readonly raw: unknown
  readonly at: Path
  readonly files: ConfigFiles
}

interface ReadEntry {
  readonly entry: FoundEntry
  readonly messages: readonly (readonly [ConfigProblem['severity'], string])[]
}

function readEntry(
  { name, raw, at, files }: RawServer,
  document: ConfigDocument,
  { host, file }: Candidate,
): ReadEntry | undefined {
  const isContainer = file.containers.some(path => path.join('\0') === at.join('\0'))
  if (isContainer || (at.length === 1 && !looksLikeServer(raw))) return undefined
  const adapted = isRecord(raw) && host.adapt !== undefined ? host.adapt(raw) : raw
  if (adapted === undefined) return undefined
  const pointer = at.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const origin: Origin = { client: host.client, scope: file.scope, file: file.path, pointer }
  try {
    const normalised = normalise({
      name,
      raw: adapted,
      reading: host.reading,
      workspace: file.workspace,
      inputDefaults: inputDefaults(document.value),
      isFile: path => files.isFile(path),
    })
    const state = standing(normalised, host.switchedOff?.(document.value, name))
    const messages = normalised.warnings.map(
      warning => ['warning', `Server ${shown(name)}: ${warning}`] as const,
    )
    return { entry: { name, origin, state }, messages }
  } catch (error) {
    if (!ExecutionError.is(error)) throw error
    const state: EntryState = { status: 'invalid', code: error.code, reason: error.message }
    return { entry: { name, origin, state }, messages: [['error', error.message]] }
  }
}

function standing({ definition, disabled }: Normalised, off: string | undefined): EntryState {
  if (disabled) return { status: 'disabled', definition, reason: 'the entry says so' }
  if (off !== undefined) return { status: 'disabled', definition, reason: off }
  return isOwnServer(definition)
    ? { status: 'disabled', definition, reason: 'it is mcp-execution itself' }
    : { status: 'ready', definition }
}

async function withApproval(entry: FoundEntry, deps: SourceDeps): Promise<FoundEntry> {
  const { origin, state } = entry
  if (origin.scope !== 'project' || state.status !== 'ready') return entry
  const digest = approvalDigest(entry, state.definition)
  if (await isApproved(deps.stateDir, digest, deps.files)) return entry
  return { ...entry, state: { status: 'pending', definition: state.definition, digest } }
}

const serverKeys = ['command', 'cmd', 'url', 'httpUrl', 'serverUrl', 'uri']

function looksLikeServer(raw: unknown): boolean {
  return isRecord(raw) && serverKeys.some(key => Object.hasOwn(raw, key))
}

/** VS Code's `inputs`: what is asked of the user once; a default stands in until then. */
function inputDefaults(document: unknown): Readonly<Record<string, string>> | undefined {
  const inputs = memberAt(document, ['inputs'])
  if (!Array.isArray(inputs)) return undefined
  return Object.fromEntries(
    inputs.filter(isRecord).flatMap(({ id, default: value }) => {
      const given = typeof id === 'string' && typeof value === 'string' && value !== ''
      return given ? [[id, value] as const] : []
    }),
  )
}
