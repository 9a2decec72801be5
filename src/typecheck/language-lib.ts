/** The language's own declarations, as the build put them together from the compiler's (scripts/language-lib.ts). */
import { readFile } from 'node:fs/promises'

import { builtFile } from '../package-root.ts'

export async function readLanguageLib(): Promise<readonly string[]> {
  const texts: unknown = JSON.parse(await readFile(builtFile('assets/language-lib.json'), 'utf8'))
  if (!Array.isArray(texts)) throw new TypeError('language-lib.json holds no list')
  return texts.map(String)
}
