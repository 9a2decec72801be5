/** The host's side of what a program may do: every call parsed, judged, answered with JSON text (contract §7). */
import type { ToolCall, ToolCaller } from '../bridge/index.ts'
import { sandboxModules, serversMount } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { serverId, toolName } from '../ids.ts'
import { decodeResult, ToolError } from '../runtime/index.ts'
import type { HostCall } from '../sandbox/index.ts'
import { quoteName } from '../text/index.ts'
import { describeServer, describeTool } from './describe.ts'
import { type Payload, payloadOf } from './payload.ts'
import type { SessionStore } from './session-store.ts'
import type { ToolSet } from './tool-set.ts'
import { readOnlyMount, virtualPath } from './virtual-path.ts'

export interface HostDeps {
  readonly caller: Pick<ToolCaller, 'call'>
  readonly tools: ToolSet
  readonly store: SessionStore
  /** Asked before every single tool call; approving a program approves no call. */
  readonly approve?: ((call: ToolCall) => Promise<boolean>) | undefined
}

type Operation = (payload: Payload, signal: AbortSignal) => Promise<unknown>

export function createHost(deps: HostDeps): HostCall {
  const operations: Readonly<Record<string, Operation>> = {
    callTool: async (payload, signal) => await callTool(deps, payload, signal),
    readFile: async (payload, signal) => await readFile(deps, payload.text('path'), signal),
    writeFile: async payload => {
      const encoding = payload.optionalText('encoding') === 'base64' ? 'base64' : 'utf8'
      const bytes = Buffer.from(payload.text('data'), encoding)
      await deps.store.files.write(payload.text('path'), bytes)
    },
    setState: async payload => {
      await deps.store.state.set(payload.text('key'), payload.value('value') ?? null)
    },
    getState: async payload => await deps.store.state.get(payload.text('key')),
    log: async () => undefined,
    listServers: async () => await deps.tools.servers(),
    searchTools: async (payload, signal) => await searchTools(deps, payload, signal),
    describeTool: async (payload, signal) => await describe(deps, payload, signal),
    getResult: async payload => JSON.parse(await deps.store.results.get(payload.text('handle'))),
  }
  return async (operation, payload, { signal }) => {
    const answer = Object.hasOwn(operations, operation) ? operations[operation] : undefined
    if (answer === undefined) {
      throw new ExecutionError(
        'NOT_FOUND',
        `Cannot call the host function ${quoteName(operation)}: there is none`,
      )
    }
    return JSON.stringify(await answer(payloadOf(payload), signal)) ?? ''
  }
}

async function callTool(
  { caller, tools, approve }: HostDeps,
  payload: Payload,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const server = serverId(payload.text('server'))
    const tool = toolName(payload.text('tool'))
    const call = { server, tool, args: payload.object('params') }
    if (!tools.isAllowed(server, tool)) throw refused(call, 'this session may not use it')
    if (approve !== undefined && !(await approve(call))) throw refused(call, 'it was not approved')
    return decodeResult(await caller.call(call, { signal }))
  } catch (error) {
    throw asToolError(error)
  }
}

function refused({ server, tool }: ToolCall, how: string): ExecutionError {
  const message = `Cannot call ${quoteName(`${server}.${tool}`)}: ${how}; go on without it`
  return new ExecutionError('SECURITY_REFUSED', message)
}

/** Programs catch one class, whatever went wrong on the way to the tool. */
function asToolError(error: unknown): unknown {
  if (!ExecutionError.is(error)) return error
  return new ToolError(error.code, error.message, { code: error.code, ...error.details })
}

async function readFile(
  { tools, store }: HostDeps,
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  const name = virtualPath(path)
  const bytes = name.startsWith(readOnlyMount)
    ? await readMounted(tools, name, signal)
    : await store.files.read(name)
  if (bytes === undefined) {
    throw new ExecutionError('NOT_FOUND', `Cannot read ${quoteName(path)}: there is no such file`)
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') }
}

/** `/mcp-tools/servers/<id>/<file>`: the tree as a program would import it. */
async function readMounted(
  tools: ToolSet,
  name: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const [id, file] = name.startsWith(`${serversMount}/`)
    ? name.slice(serversMount.length + 1).split('/')
    : []
  if (id === undefined || file === undefined) return undefined
  const { id: server } = await tools.server(id)
  const text = sandboxModules(await tools.catalog(server, signal)).get(name)
  return text === undefined ? undefined : Buffer.from(text)
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

async function searchTools(
  { tools }: HostDeps,
  payload: Payload,
  signal: AbortSignal,
): Promise<unknown> {
  const server = payload.optionalText('server')
  const limit = payload.optionalNumber('limit')
  const servers = server === undefined ? await tools.servers() : [await tools.server(server)]
  const { catalogs } = await tools.catalogs(
    servers.map(({ id }) => id),
    signal,
  )
  const { toolIndex } = await import('./tool-search.ts')
  return toolIndex(catalogs)(payload.text('query'), limit === undefined ? {} : { limit })
}

async function describe(
  { tools }: HostDeps,
  payload: Payload,
  signal: AbortSignal,
): Promise<unknown> {
  const { id } = await tools.server(payload.text('server'))
  const catalog = await tools.catalog(id, signal)
  const tool = payload.optionalText('tool')
  if (tool !== undefined) return describeTool(catalog, tool, true).signature
  return describeServer(catalog)
    .tools.map(({ line }) => line)
    .join('\n')
}
