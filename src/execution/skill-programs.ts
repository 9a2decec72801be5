/** Saved programs as skills keep them: listed, and checked again when a tool changed. Loaded where a program may import one. */
import type { Catalog } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import { listPrograms, recheckProgram, type SavedProgram } from '../skills/index.ts'
import { quoteName } from '../text/index.ts'
import type { Checker } from '../typecheck/index.ts'
import type { DeclaredTools } from './declared-tools.ts'

export { listPrograms }

/** Throws VALIDATION where a tool changed so that a saved program no longer fits. */
export async function ensureCurrent(
  programs: readonly SavedProgram[],
  catalogs: readonly Catalog[],
  {
    checker,
    declared,
  }: { readonly checker: Checker | undefined; readonly declared: DeclaredTools },
): Promise<void> {
  const digests = new Map<string, string>(
    catalogs.flatMap(({ server, tools }) =>
      tools.map(({ name, digest }) => [`${server.id}.${name}`, digest] as const),
    ),
  )
  for (const program of programs) {
    const recheck = await recheckProgram(program, {
      digestOf: (server, tool) => Promise.resolve(digests.get(`${server}.${tool}`)),
      check: async ({ source }) => {
        const { declarations } = declared
        const result = await checker?.check({ source, declarations })
        return result?.status === 'rejected' ? result.diagnostics[0]?.message : undefined
      },
    })
    if (recheck.status === 'broken') {
      throw new ExecutionError(
        'VALIDATION',
        `Cannot import the saved program ${quoteName(program.name)}: a tool it calls has changed (${recheck.problem}); mend it, and save it again`,
        { details: { program: program.name } },
      )
    }
  }
}
