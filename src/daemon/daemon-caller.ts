/** A ToolCaller over the daemon: started when first needed, and again whenever it went away. */
import type { ToolCall, ToolCaller, ToolCallOptions } from '../bridge/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { ToolResult } from '../client/index.ts'
import { type ErrorCode, ExecutionError, exitCodeOf } from '../errors.ts'
import type { ServerId } from '../ids.ts'
import { type DaemonLink, isRecord, type LinkRequest, ToolError } from '../runtime/index.ts'
import type { ServerRef } from './find-server.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface DaemonCallerDeps {
  /** Undefined where no daemon can be had. */
  readonly reach: () => Promise<DaemonLink | undefined>
  readonly env: Env
  /** How a server's id is said to the daemon. */
  readonly refOf: (server: ServerId) => ServerRef
  /** For when there is no daemon: calls are then made from here. */
  readonly fallback: () => Promise<ToolCaller>
}

export function daemonCaller(deps: DaemonCallerDeps): ToolCaller {
  const caller = new DaemonCaller(deps)
  return {
    call: (call, options) => caller.call(call, options),
    catalog: (server, options) => caller.catalog(server, options),
    [Symbol.asyncDispose]: () => caller.close(),
  }
}

class DaemonCaller {
  readonly #deps: DaemonCallerDeps
  #link: Promise<DaemonLink | undefined> | undefined
  #fallback: Promise<ToolCaller> | undefined

  constructor(deps: DaemonCallerDeps) {
    this.#deps = deps
  }

  async call({ server, tool, args }: ToolCall, options: ToolCallOptions = {}): Promise<ToolResult> {
    const { signal, timeoutMs, fresh, onProgress } = options
    const link = await this.#reach()
    if (link === undefined) return await (await this.#local()).call({ server, tool, args }, options)
    const body = { op: 'call', server: this.#deps.refOf(server), tool, args, timeoutMs, fresh }
    const result = await this.#request(link, {
      body,
      signal,
      onProgress: onProgress && (progress => isProgress(progress) && onProgress(progress)),
    })
    if (isToolResult(result)) return result
    throw new ExecutionError(
      'SERIALIZATION',
      "Cannot read the daemon's answer: it is no tool result",
    )
  }

  async catalog(
    server: ServerId,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Catalog> {
    const link = await this.#reach()
    if (link === undefined) return await (await this.#local()).catalog(server, signal && { signal })
    const body = { op: 'catalog', server: this.#deps.refOf(server) }
    const catalog = await this.#request(link, { body, signal })
    if (isCatalog(catalog)) return catalog
    throw new ExecutionError('SERIALIZATION', "Cannot read the daemon's answer: it is no catalog")
  }

  async close(): Promise<void> {
    const link = await this.#link?.catch(() => undefined)
    link?.close()
    const fallback = await this.#fallback?.catch(() => undefined)
    await fallback?.[Symbol.asyncDispose]()
  }

  async #reach(): Promise<DaemonLink | undefined> {
    this.#link ??= this.#deps.reach()
    const seen = this.#link
    const link = await seen
    if (link === undefined || link.alive()) return link
    // Whoever finds the link broken first replaces it for all.
    if (this.#link === seen) this.#link = this.#deps.reach()
    return await this.#link
  }

  #local(): Promise<ToolCaller> {
    this.#fallback ??= this.#deps.fallback()
    return this.#fallback
  }

  async #request(link: DaemonLink, request: LinkRequest): Promise<unknown> {
    try {
      return await link.request({ ...request, env: this.#deps.env })
    } catch (error) {
      throw error instanceof ToolError ? toExecutionError(error) : error
    }
  }
}

/** The daemon's error as this process would have thrown it. */
export function toExecutionError(error: ToolError): ExecutionError {
  const details = isRecord(error.data) ? error.data : {}
  const code: ErrorCode = isErrorCode(error.code) ? error.code : 'INTERNAL'
  return new ExecutionError(code, error.message, { details })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(exitCodeOf, code)
}

function isToolResult(value: unknown): value is ToolResult {
  return isRecord(value) && Array.isArray(value['content'])
}

function isCatalog(value: unknown): value is Catalog {
  return isRecord(value) && Array.isArray(value['tools']) && isRecord(value['server'])
}

function isProgress(
  value: unknown,
): value is Parameters<NonNullable<ToolCallOptions['onProgress']>>[0] {
  return isRecord(value) && typeof value['progress'] === 'number'
}
