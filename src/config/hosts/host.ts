/** What we know of one client: where it keeps MCP servers, how it spells them, and how it wants ours written. */
import type { Path } from '../document.ts'
import type { Reading } from '../normalise.ts'

type RawEntry = Readonly<Record<string, unknown>>

/** Where we are looking from. */
export interface HostWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** The working folder and every folder above it, nearest first. */
  readonly ancestors: readonly string[]
  /** The working folder and those above it up to the repository's root, nearest first. */
  readonly projectDirs: readonly string[]
}

/** A file that may hold servers. */
export interface HostFile {
  readonly scope: 'local' | 'project' | 'user'
  readonly path: string
  /** Where in it servers are, as paths of keys. The empty path, the file itself, counts only where no other exists. */
  readonly containers: readonly Path[]
  /** The folder a project's entries belong to. */
  readonly workspace?: string
}

/** The command that starts our own server. */
export interface OwnCommand {
  readonly command: string
  readonly args: readonly string[]
}

/** How a client wants a server of ours written. */
export interface Writing {
  /** Where entries go in a file that has none yet. */
  readonly container: Path
  readonly entry: (own: OwnCommand) => RawEntry
}

export interface Host {
  /** Shown as the origin, and the word after `install`. */
  readonly client: string
  readonly title: string
  readonly reading: Reading
  /** Absent for what is no client. */
  readonly writing?: Writing
  readonly files: (world: HostWorld) => readonly HostFile[]
  /** An entry of an odd shape in the usual one; undefined for what is no MCP server. */
  readonly adapt?: (raw: RawEntry) => RawEntry | undefined
  /** Why the file as a whole switches a server off, if it does. */
  readonly switchedOff?: (document: unknown, name: string) => string | undefined
}
