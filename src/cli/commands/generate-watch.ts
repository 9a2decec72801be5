/** `generate --watch`: one connection, and a new tree whenever the server says its tools changed. */
import type { Catalog } from '../../catalog/index.ts'
import type { Connection } from '../../client/index.ts'
import type { ServerEntry } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { generateTree, introspectAgain, withServer } from '../../execution/index.ts'
import { truncate } from '../../text/index.ts'
import { generationDeps } from '../generation-deps.ts'
import { asExecutionError, print } from '../output/index.ts'
import type { World } from '../world.ts'
import { reportGenerated, warnSkipped } from './generate-report.ts'
import { type GenerateArguments, treeRequest } from './generate.ts'

/**
 * Runs until it is interrupted or the server ends; prints a result each time the tree was written. A server under
 * development lists nonsense now and then: that is told, and its next change is waited for.
 */
export async function watchServer(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<ExitCode> {
  const deps = generationDeps(world, flags)
  return await withServer(entry, deps, async (first, connection) => {
    const nextChange = changesOf(connection)
    const end = endOf(connection, entry, world)
    const write = async (catalog: Catalog): Promise<void> => {
      const made = await generateTree(catalog, entry, { ...deps, ...treeRequest(flags, world) })
      warnSkipped(catalog, world)
      print(world, reportGenerated(made, world))
    }
    await write(first)
    for (;;) {
      world.talk('Watching for changes; Ctrl-C to stop')
      await Promise.race([nextChange(), end])
      // Where the server ended or the user stopped us, `end` says so in the next turn.
      await introspectAgain(entry, connection, deps)
        .then(write)
        .catch((error: unknown) => {
          if (!world.signal.aborted) world.log.warn(asExecutionError(error).message)
        })
    }
  })
}

/** Each call waits for a change since the one before: a change during the work in between counts. */
function changesOf(connection: Connection): () => Promise<void> {
  let isChanged = false
  let wake: (() => void) | undefined
  connection.onToolsChanged(() => {
    isChanged = true
    wake?.()
  })
  return async () => {
    if (!isChanged) await new Promise<void>(resolve => (wake = resolve))
    isChanged = false
  }
}

/** Rejects when the server ends or the user stops us, whichever is first. */
function endOf(connection: Connection, { id }: ServerEntry, { signal }: World): Promise<never> {
  const ended = connection.closed.then(({ reason, stderr }) => {
    throw new ExecutionError('SERVER_CLOSED', `Cannot watch "${id}": ${reason}`, {
      details: { stderr: truncate(stderr, 4096) },
    })
  })
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(asExecutionError(signal.reason, signal))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  const end = Promise.race([ended, stopped])
  // Nobody may be waiting for it yet.
  end.catch(() => undefined)
  return end
}
