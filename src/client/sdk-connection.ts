/** Our Connection over one SDK client: low-level requests, answers kept as sent, everything bounded. */
import type { Client, RequestOptions, StandardSchemaV1 } from '@modelcontextprotocol/client'

import type { ServerSpec } from '../config/index.ts'
import { toExecutionError } from './connect-errors.ts'
import type { CallOptions, Connection, Handshake, ToolResult, WireTool } from './connection.ts'
import { isRecord } from './json-rpc.ts'
import type { ClientLimits } from './limits.ts'
import type { Link } from './link.ts'
import { listPages } from './list-pages.ts'
import { plainCall } from './plain-call.ts'
import { toToolResult } from './tool-result.ts'
import { type ToolsChanged, toolsChangedListeners } from './tools-changed.ts'

export interface ConnectionParts {
  readonly spec: ServerSpec
  readonly client: Client
  readonly era: 'legacy' | 'modern'
  readonly link: Link
  readonly handshake: Handshake
  readonly limits: ClientLimits
}

interface Signalled {
  readonly signal?: AbortSignal
}

/** Progress keeps a call alive, but not for ever. */
const longestCallMs = 600_000

export class SdkConnection implements Connection {
  readonly handshake: Handshake
  readonly closed: Connection['closed']
  readonly onToolsChanged: Connection['onToolsChanged']
  readonly #parts: ConnectionParts
  readonly #changes: ToolsChanged
  /** As last listed: their schemas say which parameters modern HTTP mirrors into headers. */
  #tools: ReadonlyMap<unknown, WireTool> = new Map()

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#changes = toolsChangedListeners(parts.client, parts.handshake)
    this.handshake = parts.handshake
    this.closed = parts.link.closed
    this.onToolsChanged = listener => this.#changes.add(listener)
  }

  async listTools(options: Signalled = {}): Promise<readonly WireTool[]> {
    if (this.handshake.capabilities['tools'] === undefined) return []
    const listed = (await this.#list('tools', options)).map(toWireTool)
    this.#tools = new Map(listed.map(tool => [tool['name'], tool]))
    return listed
  }

  async countPrompts(options: Signalled = {}): Promise<number | undefined> {
    return await this.#count('prompts', options)
  }

  async countResources(options: Signalled = {}): Promise<number | undefined> {
    return await this.#count('resources', options)
  }

  async callTool(
    name: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<ToolResult> {
    const { link, limits } = this.#parts
    const timeoutMs = options.timeoutMs ?? limits.callMs
    try {
      return toToolResult(
        this.#isPlain(options)
          ? await plainCall(link.wire, { name, arguments: args }, { ...options, timeoutMs })
          : await this.#sdkCall(name, args, options),
      )
    } catch (error) {
      throw toExecutionError(error, {
        action: 'call tool',
        subject: name,
        timeoutCode: 'CALL_TIMEOUT',
        timeoutMs,
        ...signalOf(options),
        ...link.evidence(),
      })
    }
  }

  stderr(): string {
    return this.#parts.link.stderr()
  }

  // Nothing travels beside such a call: no progress, no mirrored headers, no envelope, no answer that asks back.
  #isPlain({ onProgress }: CallOptions): boolean {
    const { era, link } = this.#parts
    return era === 'legacy' && link.kind === 'stdio' && onProgress === undefined
  }

  async #sdkCall(
    name: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): Promise<unknown> {
    const { client, link, limits } = this.#parts
    const definition = toolDefinition(name, options.tool ?? this.#tools.get(name))
    const timeoutMs = options.timeoutMs ?? limits.callMs
    const result = await client.callTool(
      { name, arguments: { ...args } },
      { ...callOptions(options, timeoutMs), ...definition },
    )
    return link.wire.takeRaw(result) ?? result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#changes.stop()
    await this.#parts.link.close()
  }

  // A count is a courtesy: a server that cannot tell it still works.
  async #count(
    capability: 'prompts' | 'resources',
    options: Signalled,
  ): Promise<number | undefined> {
    if (this.handshake.capabilities[capability] === undefined) return undefined
    const entries = await this.#list(capability, options).catch(() => undefined)
    return entries?.length
  }

  async #list(
    member: 'tools' | 'prompts' | 'resources',
    options: Signalled,
  ): Promise<readonly unknown[]> {
    const { client, link, limits, spec } = this.#parts
    const deadline = AbortSignal.timeout(limits.discoverMs)
    const signal =
      options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline])
    const fetchPage = async (cursor: string | undefined): Promise<unknown> => {
      const request = { method: `${member}/list`, params: cursor === undefined ? {} : { cursor } }
      const bounds = { signal, timeout: limits.discoverMs }
      return link.wire.takeRaw(await client.request(request, anything, bounds))
    }
    const { maxTools, maxPages } = limits
    try {
      return await listPages({ fetchPage, member, maxEntries: maxTools, maxPages })
    } catch (error) {
      throw toExecutionError(error, {
        action: `list the ${member} of server`,
        subject: spec.name,
        timeoutCode: 'DISCOVER_TIMEOUT',
        timeoutMs: limits.discoverMs,
        ...signalOf(options),
        ...link.evidence(),
      })
    }
  }
}

function signalOf({ signal }: Signalled): Signalled {
  return signal === undefined ? {} : { signal }
}

/** The SDK checks answers against this instead of its own schemas, which would drop or refuse what they do not know. */
const anything: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'mcp-execution', validate: value => ({ value }) },
}

function toWireTool(entry: unknown): WireTool {
  return isRecord(entry) ? entry : { invalid: entry }
}

function callOptions(
  { signal, timeoutMs, onProgress }: CallOptions,
  timeout: number,
): RequestOptions {
  return {
    timeout,
    maxTotalTimeout: timeoutMs === undefined ? Math.max(timeout, longestCallMs) : timeout,
    resetTimeoutOnProgress: timeoutMs === undefined,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onprogress: onProgress }),
  }
}

// Lets the SDK mirror parameters into headers; the output schema stays out, because it would compile and run it here.
function toolDefinition(
  name: string,
  tool: WireTool | undefined,
): { toolDefinition?: { name: string; inputSchema: { type: 'object' } } } {
  const inputSchema = tool?.['inputSchema']
  if (!isRecord(inputSchema)) return {}
  return { toolDefinition: { name, inputSchema: { ...inputSchema, type: 'object' } } }
}
