/** The only way from a program to a tool: found, allowed, checked, queued, called, retried, cached, recorded (contract §6). */
import type { Catalog, Tool } from '../catalog/index.ts'
import type { ToolResult } from '../client/index.ts'
import type { ServerSpec } from '../config/index.ts'
import { canonicalJson, sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import type { ToolName } from '../ids.ts'
import type { Bridge, BridgeDeps, Wait } from './bridge-deps.ts'
import { checkAllowed, checkArguments, findTool } from './check-call.ts'
import { type BridgeLimits, bridgeLimits } from './limits.ts'
import { Pool } from './pool.ts'
import { type ResultCache, resultCache } from './result-cache.ts'
import { tried } from './retry.ts'
import type { ToolCall, ToolCallOptions } from './tool-caller.ts'
import type { Upstream } from './upstream.ts'

export function createBridge(deps: BridgeDeps): Bridge {
  const limits = { ...bridgeLimits, ...deps.limits }
  const pool = new Pool(deps, limits)
  const cache = resultCache(limits, deps.now)
  const world: World = { deps, limits, cache }
  const callOn: Bridge['callOn'] = async (spec, call, options = {}) =>
    await recorded(world, { spec, call, options, upstream: pool.upstream(spec) })
  return {
    callOn,
    call: async (call, options) => await callOn(await deps.resolve(call.server), call, options),
    toolOf: async (spec, name, wait) =>
      await knownTool(spec, name, { upstream: pool.upstream(spec), wait }),
    catalogOf: async (spec, wait) => await pool.upstream(spec).catalog(wait),
    catalog: async (server, wait) => await pool.upstream(await deps.resolve(server)).catalog(wait),
    connections: () => pool.infos(),
    cache: { info: () => cache.info(), clear: () => cache.clear() },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

interface World {
  readonly deps: BridgeDeps
  readonly limits: BridgeLimits
  readonly cache: ResultCache
}

interface OneCall {
  readonly spec: ServerSpec
  readonly upstream: Upstream
  readonly call: Pick<ToolCall, 'tool' | 'args'>
  readonly options: ToolCallOptions & Wait
}

interface Answer {
  readonly result: ToolResult
  readonly cached: boolean
  /** Where it had to be measured anyway. */
  readonly bytes?: number
}

/** Every call leaves one record, however it ends. */
async function recorded(world: World, one: OneCall): Promise<ToolResult> {
  const { deps } = world
  const { spec, call } = one
  const started = performance.now()
  const record = (outcome: string, answer?: Answer): void => {
    const at = deps.now()
    const durationMs = Math.round((performance.now() - started) * 1000) / 1000
    // Digests and sizes take longer than many a call: whoever records decides when.
    deps.record(() => {
      const sent = canonicalJson(call.args)
      return {
        at,
        server: spec.id,
        tool: call.tool,
        argsDigest: sha256(sent),
        durationMs,
        outcome,
        cached: answer?.cached === true,
        bytesIn: Buffer.byteLength(sent),
        bytesOut: answer === undefined ? 0 : (answer.bytes ?? sizeOf(answer.result)),
      }
    })
  }
  try {
    const answer = await perform(world, one)
    record(answer.result.isError === true ? 'tool_error' : 'ok', answer)
    return answer.result
  } catch (error) {
    record(error instanceof ExecutionError ? error.code : 'INTERNAL')
    throw error
  }
}

async function perform(world: World, one: OneCall): Promise<Answer> {
  const { spec, call, upstream, options } = one
  checkAllowed(spec, call.tool)
  const tool = await checkedTool(world, one)
  const place = await world.cache.at({ spec, tool, args: call.args, connection: upstream.source })
  const kept = options.fresh === true ? undefined : await place?.find()
  if (kept !== undefined) return { result: kept, cached: true }
  // Whatever is not known only to read may change what was read before: forget it, at its start and at its end.
  const forget = (): void => {
    if (place === undefined) world.cache.changed(upstream.source)
  }
  forget()
  try {
    const result = await send(world, one, tool)
    if (place === undefined) return { result, cached: false }
    const bytes = sizeOf(result)
    await place.keep(result, bytes)
    return { result, cached: false, bytes }
  } finally {
    forget()
  }
}

/**
 * The tool, its arguments checked. A catalog kept from before may say no at once, so that nothing is started for a call
 * that cannot work; it never hides a tool that the server has gained since.
 */
async function checkedTool({ deps }: World, { spec, call, ...one }: OneCall): Promise<Tool> {
  const { upstream, options } = one
  const tool = await knownTool(spec, call.tool, { upstream, wait: options })
  await checkArguments(tool, call.args, deps.validate)
  return tool
}

async function knownTool(
  spec: ServerSpec,
  name: ToolName,
  { upstream, wait = {} }: { readonly upstream: Upstream; readonly wait: Wait | undefined },
): Promise<Tool> {
  const known = await upstream.knownCatalog()
  const tool = known?.tools.find(candidate => candidate.name === name)
  return tool ?? findTool(spec, await latestCatalog(upstream, { known, wait }), name)
}

async function latestCatalog(
  upstream: Upstream,
  { known, wait }: { readonly known: Catalog | undefined; readonly wait: Wait },
): Promise<Catalog> {
  try {
    return await upstream.catalog(wait)
  } catch (error) {
    // A server that cannot be asked: what is known of it says more than that.
    if (known === undefined || wait.signal?.aborted === true) throw error
    return known
  }
}

async function send({ limits }: World, one: OneCall, tool: Tool): Promise<ToolResult> {
  const { call, upstream, options } = one
  const { signal, timeoutMs, onProgress } = options
  const attempt = async (): Promise<ToolResult> => {
    const connection = await upstream.connection(options)
    return await connection.callTool(call.tool, call.args, {
      tool: wireTool(tool),
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(onProgress && { onProgress }),
    })
  }
  return await upstream.inTurn(() => tried(attempt, { tool, limits, signal }), signal)
}

/** The tool as listed, as far as a transport needs it to call it. */
function wireTool({ name, inputSchema, outputSchema }: Tool): Readonly<Record<string, unknown>> {
  return { name, inputSchema, ...(outputSchema !== undefined && { outputSchema }) }
}

function sizeOf(result: ToolResult): number {
  return Buffer.byteLength(JSON.stringify(result))
}
