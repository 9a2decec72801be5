/** A session as the product makes one: real servers over stdio, the real bridge, checker and engine. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { createBridge, type ToolCall, type ToolCaller } from '../../src/bridge/index.ts'
import { introspect } from '../../src/catalog/index.ts'
import { connect } from '../../src/client/index.ts'
import type { ServerSpec } from '../../src/config/index.ts'
import { ExecutionError } from '../../src/errors.ts'
import {
  createSession,
  memorySession,
  type Session,
  type SessionDeps,
} from '../../src/execution/index.ts'
import { serverId } from '../../src/ids.ts'
import { type Engine, openQuickJsEngine } from '../../src/sandbox/index.ts'
import {
  type Checker,
  compilerExecutable,
  createChecker,
  readLanguageLib,
} from '../../src/typecheck/index.ts'

const require = createRequire(import.meta.url)

/** A published server as a program to start with Node. */
export function published(name: string, args: readonly string[] = []): readonly string[] {
  const manifest = require.resolve(`@modelcontextprotocol/server-${name}/package.json`)
  return [process.execPath, join(dirname(manifest), 'dist/index.js'), ...args]
}

export interface Bench extends AsyncDisposable {
  readonly caller: ToolCaller
  readonly engine: Engine
  readonly checker: Checker
  /** Every call that reached the bridge, in order. */
  readonly calls: ToolCall[]
  session(deps?: Partial<SessionDeps>): Session
}

export type Servers = Readonly<
  Record<
    string,
    { readonly command: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  >
>

export async function openBench(servers: Servers): Promise<Bench> {
  const bridge = createBridge({
    resolve: async id => {
      const server = servers[id]
      if (server === undefined) throw new ExecutionError('SERVER_NOT_FOUND', `Cannot find "${id}"`)
      return toSpec(id, server)
    },
    connect: async (spec, { signal }) =>
      await connect(spec, {
        platform: process.platform,
        env: process.env,
        ...(signal && { signal }),
      }),
    introspect: async ({ id }, connection, { signal }) =>
      await introspect(connection, { id, signal }),
    validate: async () => [],
    record: () => {},
    now: Date.now,
  })
  const calls: ToolCall[] = []
  const caller: ToolCaller = {
    call: async (call, options) => {
      calls.push(call)
      return await bridge.call(call, options)
    },
    catalog: async (server, options) => await bridge.catalog(server, options),
    [Symbol.asyncDispose]: async () => {
      await bridge[Symbol.asyncDispose]()
    },
  }
  const engine = await openQuickJsEngine({ workers: 2 })
  const checker = createChecker({
    executable: compilerExecutable(process.platform, process.arch),
    platform: process.platform,
    readLib: readLanguageLib,
    // What is right or wrong is so however busy the machine is.
    deadlineMs: 20_000,
    startDeadlineMs: 25_000,
  })
  return {
    caller,
    engine,
    checker,
    calls,
    session: (deps = {}) =>
      createSession({
        caller,
        engine,
        checker,
        servers: async () => Object.keys(servers).map(name => ({ id: serverId(name), name })),
        store: memorySession(),
        now: () => performance.now(),
        ...deps,
      }),
    async [Symbol.asyncDispose]() {
      checker[Symbol.dispose]()
      await engine[Symbol.asyncDispose]()
      await caller[Symbol.asyncDispose]()
    },
  }
}

function toSpec(id: string, { command, env = {} }: Servers[string]): ServerSpec {
  const [program = '', ...args] = command
  return {
    id: serverId(id),
    name: id,
    target: { type: 'stdio', command: program, args, env },
    settings: {},
  }
}
