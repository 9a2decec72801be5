/** `checksum.blake3`: a BLAKE3 of each file, and one over all of them, names and sizes included. */
import { timingSafeEqual } from 'node:crypto'

import { blake3 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { type PluginFile, pluginFiles } from './plugin-format.ts'

export type PluginBytes = Readonly<Record<PluginFile, Uint8Array>>

/** The text of `checksum.blake3` for these files: one line each, and a last one for the whole. */
export async function checksumText(files: PluginBytes): Promise<string> {
  const lines: string[] = []
  const sizes: string[] = []
  for (const name of pluginFiles) {
    lines.push(`blake3:${await blake3(files[name])}  ${name}\n`)
    sizes.push(`${files[name].length}\n`)
  }
  const whole = await blake3(`mcp-execution plugin 1\n${lines.join('')}${sizes.join('')}`)
  return `${lines.join('')}blake3:${whole}  *\n`
}

/**
 * Throws CHECKSUM_MISMATCH unless `checksum` is exactly what the files give. The comparison takes the same time wherever
 * the first difference is.
 */
export async function verifyChecksum(
  plugin: string,
  files: PluginBytes,
  checksum: Uint8Array,
): Promise<void> {
  const expected = Buffer.from(await checksumText(files))
  const found = Buffer.alloc(expected.length)
  found.set(checksum.subarray(0, expected.length))
  const isEqual = timingSafeEqual(expected, found)
  if (isEqual && checksum.length === expected.length) return
  const changed = changedFiles(expected.toString(), Buffer.from(checksum).toString())
  throw new ExecutionError(
    'CHECKSUM_MISMATCH',
    `Cannot load the plugin "${plugin}": ${changed} does not match its checksum; save it again`,
    { details: { plugin, changed } },
  )
}

/** Which file to name in the message; the verdict has already fallen. */
function changedFiles(expected: string, found: string): string {
  const lines = new Set(found.split('\n'))
  const names = expected
    .split('\n')
    .filter(line => line !== '' && !lines.has(line))
    .map(line => line.slice(line.lastIndexOf(' ') + 1))
    .filter(name => name !== '*')
  return names.length === 0 ? 'checksum.blake3' : names.join(', ')
}
