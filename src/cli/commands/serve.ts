/** `serve`: our MCP server over stdio or HTTP, until its client or a signal ends it. */
import { readFile } from 'node:fs/promises'

import { ExecutionError, type ExitCode } from '../../errors.ts'
import { openRuntime } from '../../execution/index.ts'
import { serverId } from '../../ids.ts'
import {
  exposeTools,
  openBackend,
  ourSurface,
  serveOverHttp,
  serveOverStdio,
  type Surface,
} from '../../server/index.ts'
import { configDeps } from '../chosen-server.ts'
import { print } from '../output/index.ts'
import { runtimeWorld } from '../runtime.ts'
import type { World } from '../world.ts'

export interface ServeFlags {
  readonly http?: true | undefined
  readonly port: number
  readonly host: string
  readonly tokenFile?: string | undefined
  readonly allowHost: readonly string[]
  readonly allowOrigin: readonly string[]
  readonly expose: readonly string[]
}

export async function serve(flags: ServeFlags, world: World): Promise<ExitCode> {
  await using runtime = openRuntime(runtimeWorld(world))
  runtime.warmUp()
  const backend = openBackend(runtime, { ...configDeps(world), now: world.now })
  const own = ourSurface(backend)
  const tools = new Map(own.tools)
  for (const name of flags.expose) {
    const exposed = await exposeTools(serverId(name), runtime.caller, new Set(tools.keys()))
    for (const tool of exposed) tools.set(tool.name, tool)
  }
  const surface = { ...own, tools }
  return flags.http === true
    ? await overHttp(surface, flags, world)
    : await overStdio(surface, world)
}

async function overStdio(surface: Surface, { io, signal, log }: World): Promise<ExitCode> {
  await serveOverStdio(surface, {
    stdin: io.stdin,
    stdout: io.stdout,
    signal,
    onError: error => log.debug(error.message),
  })
  return 0
}

async function overHttp(surface: Surface, flags: ServeFlags, world: World): Promise<ExitCode> {
  const token = flags.tokenFile === undefined ? undefined : await readToken(flags.tokenFile)
  await using listener = await serveOverHttp(surface, {
    host: flags.host,
    port: flags.port,
    allowedHosts: flags.allowHost,
    allowedOrigins: flags.allowOrigin,
    now: world.now,
    onError: error => world.log.debug(error.message),
    ...(token === undefined ? {} : { token }),
  })
  const { url, port } = listener
  print(world, { data: { url, port }, text: [url], pretty: () => `Listening on ${url}` })
  await interrupted(world.signal)
  return 0
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    const help = 'give a file that holds the token alone'
    const message = `Cannot read the token file "${file}": it cannot be opened; ${help}`
    throw new ExecutionError('INVALID_ARGUMENT', message, { cause })
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
