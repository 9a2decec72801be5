/** A spinner on stderr for work that takes over a second, where a person is watching. */
import type { Spinner } from 'yocto-spinner'

import type { World } from '../world.ts'

export type ProgressWorld = Pick<World, 'env' | 'format' | 'io' | 'verbosity' | 'log'>

/** Says what is being done; each call replaces the text. */
export type Say = (text: string) => void

/** How long work may take before anything is shown. */
const quietMs = 1000

export async function withProgress<Result>(
  world: ProgressWorld,
  text: string,
  work: (say: Say) => Promise<Result>,
): Promise<Result> {
  if (!isWatched(world)) return await work(next => world.log.debug(next))
  let shown = text
  let spinner: Spinner | undefined
  let done = false
  const start = async (): Promise<void> => {
    const { default: yoctoSpinner } = await import('yocto-spinner')
    if (done) return
    spinner = yoctoSpinner({ text: shown, stream: world.io.stderr, handleSignals: false })
    spinner.start()
  }
  const say: Say = next => {
    shown = next
    if (spinner !== undefined) spinner.text = next
  }
  const timer = setTimeout(() => void start(), quietMs)
  try {
    return await work(say)
  } finally {
    done = true
    clearTimeout(timer)
    spinner?.stop()
  }
}

function isWatched({ env, format, io, verbosity }: ProgressWorld): boolean {
  return (
    io.isTerminal.err && format === 'pretty' && verbosity !== 'quiet' && (env['CI'] ?? '') === ''
  )
}
