/** The image the build left in dist/assets, in memory that every worker reads. */
import { readFileSync } from 'node:fs'

import { builtFile } from '../../package-root.ts'
import type { Image } from './vm.ts'

export function readImage(): Image {
  const bytes = readFileSync(builtFile('assets/quickjs-image.bin'))
  const text = readFileSync(builtFile('assets/quickjs-image.json'), 'utf8')
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  // What our own build wrote beside the bytes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...(JSON.parse(text) as Omit<Image, 'bytes'>), bytes: shared }
}
