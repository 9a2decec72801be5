/** Compiles a generated tree as its own tsconfig.json says: strict, and with nothing installed. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'

import { compilerExecutable } from '../typecheck/index.ts'

/** The compiler's complaints, one a line; none where the tree is right, undefined where this platform has no compiler. */
export async function compileTree(
  folder: string,
  {
    signal,
    platform,
    architecture,
  }: {
    readonly signal: AbortSignal
    readonly platform: NodeJS.Platform
    readonly architecture: string
  },
): Promise<readonly string[] | undefined> {
  const compiler = compilerExecutable(platform, architecture)
  if (compiler === undefined) return undefined
  return await new Promise((resolve, reject) => {
    const args = ['-p', join(folder, 'tsconfig.json'), '--noEmit', '--pretty', 'false']
    execFile(compiler, args, { signal, timeout: 60_000 }, (error, stdout) => {
      const complaints = stdout.split('\n').filter(line => line.trim() !== '')
      if (error !== null && complaints.length === 0) reject(error)
      else resolve(complaints)
    })
  })
}
