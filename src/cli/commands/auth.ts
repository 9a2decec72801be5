/** `auth login|logout|status`: OAuth credentials of servers with a URL. Nothing here ever prints a credential. */
import {
  credentialStore,
  describeGrant,
  type Login,
  login as logInTo,
  openUrl,
  resourceOf,
} from '../../client/index.ts'
import { type HttpTarget, resolveEntry, type ServerSpec } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { cleanLine, quoteName } from '../../text/index.ts'
import { chosenServer, configDeps } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

export interface LoginFlags {
  readonly scope?: string | undefined
  readonly clientMetadataUrl?: string | undefined
  /** False for --no-browser: the address is only shown. */
  readonly browser: boolean
}

export async function login(
  choice: ServerChoice,
  flags: LoginFlags,
  world: World,
): Promise<ExitCode> {
  const spec = await specOf(choice, world)
  const { env, places, platform, signal } = world
  const done = await logInTo(spec, {
    store: credentialStore(places.stateDir),
    env,
    signal,
    ...(flags.scope === undefined ? {} : { scope: flags.scope }),
    ...(flags.clientMetadataUrl === undefined
      ? {}
      : { clientMetadataUrl: flags.clientMetadataUrl }),
    openUrl: url => {
      world.io.stderr.write(`Confirm the login in your browser:\n${url.href}\n`)
      if (flags.browser) openUrl(url, platform)
    },
  })
  print(world, {
    data: { server: spec.name, ...viewLogin(done) },
    pretty: () => `Logged in to ${quoteName(spec.name)} at ${cleanLine(done.issuer)}`,
  })
  return 0
}

export async function logout(choice: ServerChoice, world: World): Promise<ExitCode> {
  const spec = await specOf(choice, world)
  const store = credentialStore(world.places.stateDir)
  const removed = await store.remove(resourceOf(httpTarget(spec)))
  print(world, {
    data: { server: spec.name, removed },
    pretty: () =>
      removed
        ? `Logged out of ${quoteName(spec.name)}`
        : `No credentials are stored for ${quoteName(spec.name)}`,
  })
  return 0
}

export async function status(world: World): Promise<ExitCode> {
  const records = await credentialStore(world.places.stateDir).list()
  const logins = records.flatMap(({ resource, issuer = '', grants }) => {
    const grant = grants[issuer]
    return grant?.tokens === undefined
      ? []
      : [{ resource, ...viewLogin(describeGrant(issuer, grant)) }]
  })
  const state = ({ expires_at, refreshable }: (typeof logins)[number]): string => {
    const expired = expires_at !== undefined && Date.parse(expires_at) <= world.now()
    if (!expired) return 'valid'
    return refreshable ? 'refreshed when used' : 'expired'
  }
  print(world, {
    data: { logins: logins.map(each => ({ ...each, state: state(each) })) },
    text: logins.map(each => [cleanLine(each.resource), state(each)].join('\t')),
    pretty: () =>
      logins.length === 0
        ? 'Nobody is logged in anywhere. Start with: mcp-execution auth login <server>'
        : table(
            logins.map(each => [cleanLine(each.resource), cleanLine(each.issuer), state(each)]),
          ),
  })
  return 0
}

interface LoginView {
  readonly issuer: string
  readonly scope?: string
  readonly expires_at?: string
  readonly refreshable: boolean
}

function viewLogin({ issuer, scope, expiresAt, refreshable }: Login): LoginView {
  return {
    issuer,
    ...(scope === undefined ? {} : { scope }),
    ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }),
    refreshable,
  }
}

async function specOf(choice: ServerChoice, world: World): Promise<ServerSpec> {
  const entry = await chosenServer(choice, world)
  return await resolveEntry(entry, configDeps(world))
}

function httpTarget({ name, target }: ServerSpec): HttpTarget {
  if (target.type !== 'stdio') return target
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot log out of server ${quoteName(name)}: it is started as a program; only servers with a URL take a login`,
  )
}
