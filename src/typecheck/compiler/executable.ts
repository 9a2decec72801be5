/** Where the compiler's native executable lies: in the platform package that `typescript` brings along. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Undefined where this platform has none; programs then run unchecked. */
export function compilerExecutable(
  platform: NodeJS.Platform,
  architecture: string,
): string | undefined {
  try {
    const ours = createRequire(import.meta.url)
    const theirs = createRequire(ours.resolve('typescript/package.json'))
    const manifest = theirs.resolve(
      `@typescript/typescript-${platform}-${architecture}/package.json`,
    )
    const executable = join(dirname(manifest), 'lib', platform === 'win32' ? 'tsc.exe' : 'tsc')
    return existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}
