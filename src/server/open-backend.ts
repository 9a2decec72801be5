/** Everything our tools stand on, from one execution runtime and the user's configuration. */
import type { ExecutionRuntime, GenerationDeps } from '../execution/index.ts'
import type { Backend } from './backend.ts'
import { executionBackend } from './execution-backend.ts'
import { skillBackend } from './skill-backend.ts'
import { treeBackend } from './tree-backend.ts'

export type BackendDeps = Omit<GenerationDeps, 'signal' | 'say'>

export function openBackend(
  runtime: Pick<ExecutionRuntime, 'caller' | 'session'>,
  deps: BackendDeps,
): Backend {
  const { places, now } = deps
  const { caller } = runtime
  return {
    places,
    now,
    ...executionBackend({ caller, session: options => runtime.session(options) }),
    ...treeBackend(deps),
    ...skillBackend({ places, now, caller }),
  }
}
