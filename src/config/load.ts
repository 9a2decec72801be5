/** Finds every server that any client on this machine has configured (contract §3). Reads only; expands and runs nothing. */
import { resolve } from 'node:path'

import { ExecutionError } from '../errors.ts'
import type { Config } from './definition.ts'
import { type Parsed, parseDocument } from './document.ts'
import { explicitCandidate } from './explicit-file.ts'
import type { HostWorld } from './hosts/host.ts'
import { hosts } from './hosts/hosts.ts'
import { lookAround } from './look-around.ts'
import type { Places } from './places.ts'
import { type ConfigFiles, nodeFiles } from './read-file.ts'
import { type Candidate, readSource } from './read-source.ts'
import { readRegisteredEntries } from './registered.ts'
import { shownPath } from './rules.ts'
import type { Settings } from './settings.ts'
import { settle } from './settle.ts'

export interface ConfigDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly places: Places
  readonly platform: NodeJS.Platform
  /** From `--config FILE`: read first, and trusted as the user's own words. */
  readonly configFile?: string
  readonly files?: ConfigFiles
  /** The user's settings, where they are at hand already. */
  readonly settings?: Settings
}

/** Throws NOT_FOUND or CONFIG_INVALID only for the file the user named; any other broken file is a problem in the answer. */
export async function loadConfig(deps: ConfigDeps): Promise<Config> {
  const files = deps.files ?? nodeFiles
  const { stateDir } = deps.places
  const parse = parsedOnce(files)
  const explicit = deps.configFile === undefined ? [] : [await named(deps.configFile, deps, parse)]
  const world = await lookAround(deps, files)
  const sources = await Promise.all(
    [...explicit, ...candidates(world)].map(candidate =>
      readSource(candidate, { files, stateDir, parse }),
    ),
  )
  const registered = await readRegisteredEntries(stateDir, files)
  return {
    ...settle(
      sources.flatMap(source => source.entries),
      registered,
    ),
    problems: sources.flatMap(source => source.problems),
    sources: sources.flatMap(source => source.source ?? []),
  }
}

type Parse = (path: string) => Promise<Parsed | { readonly status: 'absent' }>

function parsedOnce(files: ConfigFiles): Parse {
  const parsed = new Map<string, ReturnType<Parse>>()
  const parse: Parse = async path => {
    const read = await files.read(path)
    if (read.status === 'absent') return read
    if (read.status === 'refused') return { status: 'broken', reason: read.reason }
    return await parseDocument(read.text, path)
  }
  return path => {
    const known = parsed.get(path) ?? parse(path)
    parsed.set(path, known)
    return known
  }
}

async function named(configFile: string, deps: ConfigDeps, parse: Parse): Promise<Candidate> {
  const path = resolve(deps.cwd, configFile)
  const parsed = await parse(path)
  if (parsed.status === 'parsed') return explicitCandidate(path, parsed.document.value, deps.cwd)
  if (parsed.status === 'absent') {
    const message = `Cannot read config file ${shownPath(path)}: there is no such file; check --config`
    throw new ExecutionError('NOT_FOUND', message)
  }
  const { line, column } = parsed.position ?? {}
  const at = line === undefined ? '' : ` at ${line}:${column}`
  const message = `Cannot read config file ${shownPath(path)}${at}: ${parsed.reason}; correct the file`
  throw new ExecutionError('CONFIG_INVALID', message, { details: { file: path, line, column } })
}

/** Strongest first: the user's own for this project, then the project's, then the user's for every project. */
function candidates(world: HostWorld): readonly Candidate[] {
  const all = hosts.flatMap(host => host.files(world).map(file => ({ host, file })))
  const ofUser = new Set(all.flatMap(({ file }) => (file.scope === 'user' ? [file.path] : [])))
  const inScope = (scope: Candidate['file']['scope']): readonly Candidate[] =>
    all.filter(({ file }) => file.scope === scope)
  return [
    ...inScope('local'),
    // In the home folder a "project" file is the user's own.
    ...inScope('project').filter(({ file }) => !ofUser.has(file.path)),
    ...inScope('user'),
  ]
}
