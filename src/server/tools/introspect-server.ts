import { z } from 'zod'

import type { Catalog, JsonSchema, Tool } from '../../catalog/index.ts'
import type { AdHocFlags } from '../../config/index.ts'
import { ExecutionError } from '../../errors.ts'
import { serverId } from '../../ids.ts'
import { cleanText, truncate } from '../../text/index.ts'
import type { Backend } from '../backend.ts'
import { confine } from '../confinement.ts'
import type { Introspections } from '../introspections.ts'
import { defineTool, type JsonObject, type ServerTool } from '../tool.ts'

/** A model categorises by the start of a description; the tree keeps all of it. */
const maxDescription = 300

export function introspectServer(
  { introspect, places }: Pick<Backend, 'introspect' | 'places'>,
  introspections: Introspections,
): ServerTool {
  return defineTool({
    name: 'introspect_server',
    title: 'Introspect a server',
    description:
      'List the tools of an MCP server (a configured one, a command or a url) for save_categorized_tools.',
    input: z.strictObject({
      server_id: z.string(),
      command: z.string().optional(),
      args: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).optional(),
      url: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      output_dir: z.string().optional(),
    }),
    output: z.object({
      session_id: z.string(),
      expires_at: z.string(),
      server: z.looseObject({}),
      tools: z.array(z.looseObject({})),
    }),
    annotations: { readOnlyHint: true },
    run: async ({ server_id: id, output_dir: dir, ...target }, { signal, progress }) => {
      const server = serverId(id)
      const outputDir =
        dir === undefined ? {} : { outputDir: await confine(places.serversDir, dir) }
      const adHoc = adHocFlags(server, target)
      progress(0, undefined, `connecting to ${server}`)
      const introspected = await introspect(server, {
        signal,
        ...(adHoc === undefined ? {} : { adHoc }),
      })
      const session = introspections.add({ ...introspected, ...outputDir })
      const { catalog } = introspected
      return {
        structured: {
          session_id: session.id,
          expires_at: new Date(session.expiresAt).toISOString(),
          server: serverInfo(catalog),
          tools: catalog.tools.map(describeTool),
          ...(catalog.skipped.length === 0 ? {} : { skipped: catalog.skipped }),
        },
      }
    },
  })
}

interface Target {
  readonly command?: string | undefined
  readonly args?: readonly string[] | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly url?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

// What neither names a command nor an address is a configured server.
function adHocFlags(name: string, target: Target): AdHocFlags | undefined {
  const { command, args = [], env = {}, url, headers = {} } = target
  if (command !== undefined && url !== undefined) throw both()
  if (command !== undefined) return { name, command: [command, ...args], env: pairs(env) }
  return url === undefined ? undefined : { name, http: url, header: pairs(headers) }
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${value}`)
}

function serverInfo({ server }: Catalog): JsonObject {
  const { id, name, version, protocolVersion, capabilities } = server
  return {
    id,
    name,
    version,
    protocol_version: protocolVersion,
    capabilities: Object.keys(capabilities),
  }
}

function describeTool({ name, description = '', inputSchema }: Tool): JsonObject {
  return {
    name,
    description: truncate(cleanText(description), maxDescription),
    parameters: parameterNames(inputSchema),
  }
}

/** Names only, required ones marked with `*`: enough to choose a category by. */
function parameterNames(schema: JsonSchema): string[] {
  if (typeof schema === 'boolean') return []
  const { properties, required } = schema
  const needed = new Set<unknown>(Array.isArray(required) ? required : [])
  if (typeof properties !== 'object' || properties === null) return []
  return Object.keys(properties).map(key => (needed.has(key) ? `${key}*` : key))
}

function both(): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    'Cannot introspect the server: both a command and a url are given; give one of them',
  )
}
