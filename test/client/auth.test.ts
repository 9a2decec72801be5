/** Logging in to servers that ask for OAuth, against a real authorization server. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { connect, type CredentialStore, credentialStore, login } from '../../src/client/index.ts'
import type { OAuthHints, ServerSpec } from '../../src/config/index.ts'
import { browse, type Guarded, guardedServer, type GuardedOptions } from './guarded-server.ts'
import { codeOf, failureOf, spec } from './open.ts'

let folder: string
let store: CredentialStore
const running: AsyncDisposable[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-'))
  store = credentialStore(folder)
})

afterEach(async () => {
  for (const each of running.splice(0)) await each[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function guarded(options: GuardedOptions = {}): Promise<Guarded> {
  const server = await guardedServer(options)
  running.push(server)
  return server
}

function specOf({ url }: Guarded, oauth?: OAuthHints): ServerSpec {
  return spec({ type: 'http', url, headers: {}, ...(oauth === undefined ? {} : { oauth }) })
}

/** Logs in with a browser that says yes; resolves with the page the user sees last. */
async function logIn(server: Guarded, oauth?: OAuthHints): Promise<string> {
  let page: Promise<string> | undefined
  const openUrl = (url: URL): void => {
    page = browse(url)
  }
  await login(specOf(server, oauth), { store, env: {}, openUrl })
  return (await page) ?? ''
}

async function firstTool(server: Guarded, oauth?: OAuthHints): Promise<unknown> {
  await using connection = await connect(specOf(server, oauth), { env: {}, credentials: store })
  return (await connection.listTools())[0]?.['name']
}

describe('a server that asks for a login', () => {
  test('is refused until the user logged in, and works from then on, in every process', async () => {
    const server = await guarded()
    const failure = await failureOf(firstTool(server))
    expect(failure.code).toBe('AUTH_REQUIRED')
    expect(failure.message).toBe(
      'Cannot connect to server "under test": it asks for a login; run: mcp-execution auth login "under test"',
    )
    expect(failure.details).toMatchObject({ httpStatus: 401, scope: 'tools' })
    expect(server.registrations()).toBe(0)

    expect(await logIn(server)).toContain('You may close this window.')
    expect(await firstTool(server)).toBe('secret')
    store = credentialStore(folder)
    expect(await firstTool(server)).toBe('secret')
    expect(server.registrations()).toBe(1)
  })

  test('gets a new token by itself when the old one is no longer taken', async () => {
    const server = await guarded()
    await logIn(server)
    await using connection = await connect(specOf(server), { env: {}, credentials: store })
    const [token = ''] = server.seenTokens
    await (await server.provider.AccessToken.find(token))?.destroy()
    const lists = await Promise.all([1, 2, 3].map(() => connection.listTools()))
    expect(lists.map(list => list.length)).toEqual([1, 1, 1])
    const used = new Set(server.seenTokens)
    expect(used.has(token)).toBe(true)
    expect(used.size).toBe(2)
  })

  test('asks the user again when the refresh token is no longer taken either', async () => {
    const server = await guarded()
    await logIn(server)
    const stored = await store.read(server.url)
    const { tokens } = stored.grants[server.issuer] ?? {}
    await (await server.provider.AccessToken.find(tokens?.access_token ?? ''))?.destroy()
    await (await server.provider.RefreshToken.find(tokens?.refresh_token ?? ''))?.destroy()
    expect(await codeOf(firstTool(server))).toBe('AUTH_REQUIRED')
    expect(server.registrations()).toBe(1)
    await logIn(server)
    expect(await firstTool(server)).toBe('secret')
  })

  test('takes a client registered by hand', async () => {
    const client = {
      client_id: 'by-hand',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
    }
    const server = await guarded({ clients: [client] })
    await logIn(server, { clientId: 'by-hand', scopes: ['tools'] })
    expect(await firstTool(server, { clientId: 'by-hand' })).toBe('secret')
    expect(server.registrations()).toBe(0)
  })

  test('is not asked for stored credentials when the entry brings its own', async () => {
    const server = await guarded()
    await logIn(server)
    const headers = { Authorization: 'Bearer mine' }
    const own = spec({ type: 'http', url: server.url, headers })
    expect(await codeOf(connect(own, { env: {}, credentials: store }))).toBe('AUTH_REQUIRED')
  })
})

describe('stored credentials', () => {
  test('are for the user alone, under the issuer that gave them', async () => {
    const server = await guarded()
    await logIn(server)
    const [file = ''] = await readdir(join(folder, 'oauth'))
    expect((await stat(join(folder, 'oauth'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'oauth', file))).mode & 0o777).toBe(0o600)
    const record: unknown = JSON.parse(await readFile(join(folder, 'oauth', file), 'utf8'))
    expect(record).toMatchObject({
      resource: server.url,
      issuer: server.issuer,
      grants: { [server.issuer]: { tokens: { token_type: 'Bearer' } } },
    })
    expect(await store.list()).toHaveLength(1)
    expect(await store.remove(server.url)).toBe(true)
    expect(await store.remove(server.url)).toBe(false)
    expect(await codeOf(firstTool(server))).toBe('AUTH_REQUIRED')
  })

  test('that cannot be read are none', async () => {
    const server = await guarded()
    await logIn(server)
    const [file = ''] = await readdir(join(folder, 'oauth'))
    await writeFile(join(folder, 'oauth', file), '{"version":1,"resource"')
    expect(await codeOf(firstTool(server))).toBe('AUTH_REQUIRED')
  })
})

/** A callback that claims to come from another authorization server. */
async function answerFromElsewhere(url: URL): Promise<void> {
  const redirect = url.searchParams.get('redirect_uri') ?? ''
  const state = url.searchParams.get('state') ?? ''
  await fetch(`${redirect}?code=x&state=${state}&iss=${encodeURIComponent('https://evil.test')}`)
}

describe('a login', () => {
  test('that the user refuses says so', async () => {
    const server = await guarded({ denies: true })
    const failure = await failureOf(logIn(server))
    expect(failure.code).toBe('AUTH_REQUIRED')
    expect(failure.message).toBe(
      'Cannot log in to server "under test": the authorization was refused: Ann said no',
    )
  })

  test('takes only the answer to its own question', async () => {
    const server = await guarded()
    const pages: string[] = []
    const openUrl = async (url: URL): Promise<void> => {
      const redirect = new URL(url.searchParams.get('redirect_uri') ?? '')
      for (const query of ['?code=stolen', '?code=stolen&state=guess', '']) {
        pages.push(await (await fetch(`${redirect.href}${query}`)).text())
      }
      pages.push(await (await fetch(redirect.origin)).text())
      pages.push(await browse(url))
    }
    await login(specOf(server), { store, env: {}, openUrl })
    expect(pages.map(page => page.includes('You may close'))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
  })

  test('whose answer names another issuer is refused', async () => {
    const server = await guarded()
    const openUrl = answerFromElsewhere
    const failure = await failureOf(login(specOf(server), { store, env: {}, openUrl }))
    expect(failure.code).toBe('SECURITY_REFUSED')
    expect((await store.read(server.url)).grants[server.issuer]?.tokens).toBe(undefined)
  })

  test('asks with PKCE, for the resource, with a state', async () => {
    const server = await guarded()
    const asked: URL[] = []
    const openUrl = (url: URL): void => {
      asked.push(url)
      void browse(url)
    }
    await login(specOf(server), { store, env: {}, openUrl })
    const [url] = asked
    expect(url?.searchParams.get('code_challenge_method')).toBe('S256')
    expect(url?.searchParams.get('resource')).toBe(server.url)
    expect(url?.searchParams.get('state')).toHaveLength(43)
    expect(url?.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  })

  test('can be interrupted while it waits for the user', async () => {
    const server = await guarded()
    const interruption = new AbortController()
    const openUrl = (): void => interruption.abort()
    const { signal } = interruption
    expect(await codeOf(login(specOf(server), { store, env: {}, openUrl, signal }))).toBe(
      'INTERRUPTED',
    )
  })

  // Between two logins another program may take the port: then one more try is fair.
  test('again uses the client and the port registered before', { retry: 3 }, async () => {
    const server = await guarded()
    await logIn(server)
    await logIn(server)
    expect(server.registrations()).toBe(1)
  })

  test('again registers anew when that port is taken', async () => {
    const server = await guarded()
    await logIn(server)
    const { client } = (await store.read(server.url)).grants[server.issuer] ?? {}
    const [uri] = Array.isArray(client?.['redirect_uris']) ? client['redirect_uris'] : []
    const squatter = createServer()
    await new Promise<void>(resolve => {
      squatter.once('error', () => resolve())
      squatter.listen(Number(new URL(String(uri)).port), '127.0.0.1', resolve)
    })
    await logIn(server)
    expect(server.registrations()).toBe(2)
    squatter.close()
  })

  test('is for servers with a URL', async () => {
    const stdio = spec({ type: 'stdio', command: 'x', args: [], env: {} })
    expect(await codeOf(login(stdio, { store, env: {}, openUrl: () => undefined }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  test('to an authorization page that is no web page is refused', async () => {
    const evil = createServer((request, response) => {
      const issuer = `http://${request.headers.host}`
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          issuer,
          authorization_endpoint: 'file:///etc/passwd',
          token_endpoint: `${issuer}/token`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        }),
      )
    })
    const port = await new Promise<number>(resolve => {
      evil.listen(0, '127.0.0.1', () => {
        const address = evil.address()
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
      })
    })
    const server = await guarded({ namedIssuer: `http://127.0.0.1:${port}` })
    const opened: URL[] = []
    const openUrl = (url: URL): void => void opened.push(url)
    const hints = { clientId: 'by-hand' }
    const failure = await failureOf(login(specOf(server, hints), { store, env: {}, openUrl }))
    expect(['SECURITY_REFUSED', 'AUTH_REQUIRED']).toContain(failure.code)
    expect(opened).toEqual([])
    evil.close()
  })
})
