/** What a caller may ask of the daemon. */
import type { Bridge } from '../bridge/index.ts'
import type { ServerSpec } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { toolName } from '../ids.ts'
import { isRecord } from '../runtime/index.ts'
import { parseServerRef, type ServerFinder } from './find-server.ts'
import type { Request } from './session.ts'
import type { DaemonStatus } from './status.ts'

export interface OperationDeps {
  readonly bridge: Bridge
  readonly finder: ServerFinder
  readonly status: () => Promise<DaemonStatus>
  readonly stop: () => void
}

type Operation = (request: Request, deps: OperationDeps) => Promise<unknown>

/** Throws INVALID_ARGUMENT for what is no operation. */
export async function operate(request: Request, deps: OperationDeps): Promise<unknown> {
  const operation = operations.get(request.op)
  if (operation !== undefined) return await operation(request, deps)
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot serve "${request.op}": no such operation`)
}

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['call', call],
  ['catalog', catalog],
  ['tool', tool],
  ['toolNames', toolNames],
  ['status', async (_request, { status }) => await status()],
  ['stop', async (_request, { stop }) => stop()],
  ['cacheInfo', async (_request, { bridge }) => await bridge.cache.info()],
  ['cacheClear', async (_request, { bridge }) => await bridge.cache.clear()],
])

async function call(
  { body, signal, onProgress, ...request }: Request,
  deps: OperationDeps,
): Promise<unknown> {
  const { args, timeoutMs } = body
  const { spec, env } = await findServer(body, request, deps)
  return await deps.bridge.callOn(
    spec,
    { tool: toolName(String(body['tool'])), args: isRecord(args) ? args : {} },
    {
      signal,
      env,
      fresh: body['fresh'] === true,
      ...(typeof timeoutMs === 'number' && { timeoutMs }),
      ...(onProgress && { onProgress }),
    },
  )
}

async function catalog(
  { body, signal, ...request }: Request,
  deps: OperationDeps,
): Promise<unknown> {
  const { spec, env } = await findServer(body, request, deps)
  return await deps.bridge.catalogOf(spec, { signal, env })
}

async function tool({ body, signal, ...request }: Request, deps: OperationDeps): Promise<unknown> {
  const { spec, env } = await findServer(body, request, deps)
  return await deps.bridge.toolOf(spec, toolName(String(body['tool'])), { signal, env })
}

async function toolNames(
  { body, signal, ...request }: Request,
  deps: OperationDeps,
): Promise<unknown> {
  const { spec, env } = await findServer(body, request, deps)
  const { tools } = await deps.bridge.catalogOf(spec, { signal, env })
  return tools.map(({ name }) => name)
}

interface Found {
  readonly spec: ServerSpec
  readonly env: Readonly<Record<string, string | undefined>>
}

async function findServer(
  { server }: Readonly<Record<string, unknown>>,
  { asCaller, caller: asker }: Pick<Request, 'asCaller' | 'caller'>,
  { finder }: OperationDeps,
): Promise<Found> {
  const ref = parseServerRef(server)
  const known = finder.known(ref, asker)
  if (known !== undefined) return { spec: known, env: asker.known }
  return await asCaller(async caller => ({
    spec: await finder.find(ref, caller),
    env: caller.known,
  }))
}
