/** A tool's schema as last seen from its server, from the catalog that was kept then. */
import { join } from 'node:path'

import { findDaemonHome, readPrivate } from './daemon-files.ts'
import { isRecord } from './wire.ts'

/** Undefined where no catalog is kept: whoever asks does without. */
export function knownSchema(server: string, tool: string): unknown {
  const { cacheDir } = findDaemonHome(process.env, process.platform)
  const tools = readPrivate(join(cacheDir, 'catalogs', `${server}.json`))?.['tools']
  const known = Array.isArray(tools) ? tools.filter(isRecord) : []
  return known.find(candidate => candidate['name'] === tool)?.['inputSchema']
}
