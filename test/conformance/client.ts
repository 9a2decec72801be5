/** Our client as the conformance suite drives it: `client <url>`; connects, lists, calls every tool, logging in where asked. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { introspect } from '../../src/catalog/index.ts'
import { type Connection, connect, credentialStore, login } from '../../src/client/index.ts'
import type { ServerSpec } from '../../src/config/index.ts'
import { ExecutionError } from '../../src/errors.ts'
import { serverId } from '../../src/ids.ts'

interface Context {
  readonly client_id?: string
  readonly client_secret?: string
  readonly toolCalls?: readonly {
    readonly name: string
    readonly arguments: Record<string, unknown>
  }[]
}

const url = process.argv.at(-1) ?? ''
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Context
const version = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? ''
const clientMetadataUrl = 'https://conformance-test.local/client-metadata.json'
const maxLogins = 3

const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
const credentials = credentialStore(folder)
const spec: ServerSpec = {
  id: serverId('conformance'),
  name: 'conformance',
  target: {
    type: 'http',
    url,
    headers: {},
    ...(context.client_id === undefined
      ? {}
      : { oauth: { clientId: context.client_id, clientSecretEnv: 'CLIENT_SECRET' } }),
  },
  settings: {},
}
const env = { CLIENT_SECRET: context.client_secret }

/** Does `work`, logging in for as long as the server asks for it and logins are left. */
async function loggingIn<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let logins = 0; ; logins += 1) {
    try {
      return await work()
    } catch (error) {
      if (!ExecutionError.is(error, 'AUTH_REQUIRED') || logins === maxLogins) throw error
      const { scope } = error.details
      await login(spec, {
        store: credentials,
        env,
        clientMetadataUrl,
        ...(typeof scope === 'string' ? { scope } : {}),
        // The suite's authorization server sends the browser straight back.
        openUrl: async page => void (await fetch(page)).text(),
      })
    }
  }
}

async function callEveryTool(connection: Connection): Promise<void> {
  const { tools } = await loggingIn(() => introspect(connection, { id: spec.id }))
  const calls =
    context.toolCalls ??
    tools.map(tool => ({ name: tool.name, arguments: sample(tool.inputSchema) }))
  for (const call of calls) {
    if (call.name === 'json_schema_echo' || !tools.some(({ name }) => name === call.name)) continue
    await loggingIn(() => connection.callTool(call.name, call.arguments)).catch(unlessUnknown)
  }
  // One scenario wants a tool's schema back as we understood it.
  const [focal] = tools.filter(({ name }) => name === 'json_schema_2020_12_tool')
  if (focal !== undefined) {
    await connection.callTool('json_schema_echo', { schema: focal.inputSchema })
  }
}

/** Some scenarios only list: their server takes no call. */
function unlessUnknown(error: unknown): void {
  const isUnknown = ExecutionError.is(error) && error.details['rpcCode'] === -32_601
  if (!isUnknown) throw error
}

/** Something for every property. */
function sample(schema: unknown): Record<string, unknown> {
  const { properties = {} } = Object(schema) as { properties?: Record<string, { type?: string }> }
  const values: Readonly<Record<string, unknown>> = { number: 5, integer: 5, boolean: true }
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type = '' }]) => [name, values[type] ?? 'text']),
  )
}

try {
  await using connection = await loggingIn(() =>
    connect(spec, {
      env,
      credentials,
      policy: { elicit: () => Promise.resolve({ action: 'accept', content: {} }) },
      ...(version !== '' && version < '2026' ? { firstEra: 'legacy' } : {}),
    }),
  )
  await callEveryTool(connection)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
