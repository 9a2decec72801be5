/** An MCP server that asks for OAuth, and a real authorization server (oidc-provider) beside it, both on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { Provider } from 'oidc-provider'

export interface Guarded extends AsyncDisposable {
  /** The MCP endpoint. */
  readonly url: string
  readonly issuer: string
  readonly provider: Provider
  /** Tokens that reached the MCP server, in order. */
  readonly seenTokens: readonly string[]
  /** Clients registered dynamically. */
  registrations(): number
}

export interface GuardedOptions {
  /** What the protected resource names as its authorization server; by default the real one. */
  readonly namedIssuer?: string
  readonly clients?: readonly Readonly<Record<string, unknown>>[]
  /** Says no at the consent page. */
  readonly denies?: boolean
}

export async function guardedServer(options: GuardedOptions = {}): Promise<Guarded> {
  const seenTokens: string[] = []
  let registrations = 0
  const mcp = createServer()
  const url = `${await originOf(mcp)}/mcp`
  const authorization = createServer()
  const issuer = await originOf(authorization)
  const provider = new Provider(issuer, configuration(url, options))
  const serveOidc = provider.callback()
  authorization.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) {
      return void interact(provider, { request, response, denies: options.denies === true })
    }
    if (request.url === '/reg' && request.method === 'POST') registrations += 1
    return serveOidc(request, response)
  })
  mcp.on('request', (request, response) => {
    void serveMcp({
      request,
      response,
      url,
      issuer: options.namedIssuer ?? issuer,
      provider,
      seenTokens,
    })
  })
  return {
    url,
    issuer,
    provider,
    seenTokens,
    registrations: () => registrations,
    async [Symbol.asyncDispose]() {
      for (const server of [mcp, authorization]) {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      }
    },
  }
}

function originOf(server: Server): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve(`http://127.0.0.1:${port}`)
    })
  })
}

function configuration(
  url: string,
  { clients = [] }: GuardedOptions,
): Readonly<Record<string, unknown>> {
  return {
    clients,
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'tools'],
    clientDefaults: { grant_types: ['authorization_code', 'refresh_token'] },
    issueRefreshToken: () => true,
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId }),
    }),
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'tools',
          audience: url,
          accessTokenFormat: 'opaque',
        }),
        useGrantedResource: () => true,
      },
    },
  }
}

interface Interaction {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly denies: boolean
}

/** Logs in and consents as a user who clicks "yes" would. */
async function interact(
  provider: Provider,
  { request, response, denies }: Interaction,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    return await provider.interactionFinished(request, response, { login: { accountId: 'ann' } })
  }
  if (denies) {
    const result = { error: 'access_denied', error_description: 'Ann said no' }
    return await provider.interactionFinished(request, response, result)
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? 'ann',
    clientId: params.client_id,
  })
  grant.addOIDCScope('openid offline_access tools')
  if (params.resource !== undefined) grant.addResourceScope(params.resource, 'tools')
  const consent = { grantId: await grant.save() }
  return await provider.interactionFinished(
    request,
    response,
    { consent },
    { mergeWithLastSubmission: true },
  )
}

interface McpExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: string
  readonly issuer: string
  readonly provider: Provider
  readonly seenTokens: string[]
}

async function serveMcp({
  request,
  response,
  url,
  issuer,
  provider,
  seenTokens,
}: McpExchange): Promise<void> {
  const metadataUrl = new URL('/.well-known/oauth-protected-resource/mcp', url).href
  if (request.url === new URL(metadataUrl).pathname) {
    const metadata = { resource: url, authorization_servers: [issuer], scopes_supported: ['tools'] }
    return void response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata))
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const known = token === undefined ? undefined : await provider.AccessToken.find(token)
  if (token === undefined || known?.aud !== url) {
    const challenge = `Bearer resource_metadata="${metadataUrl}", scope="tools"`
    return void response.writeHead(401, { 'www-authenticate': challenge }).end()
  }
  seenTokens.push(token)
  const body: Buffer[] = []
  for await (const chunk of request) body.push(chunk as Buffer)
  const text = Buffer.concat(body).toString('utf8')
  const message =
    text === ''
      ? {}
      : (JSON.parse(text) as {
          id?: number
          method?: string
          params?: { protocolVersion?: string }
        })
  const status = request.method === 'POST' ? 202 : 405
  if (message.id === undefined) return void response.writeHead(status).end()
  return void response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify(answerTo(message)))
}

function answerTo(message: {
  id?: number
  method?: string
  params?: { protocolVersion?: string }
}): unknown {
  const { id, method, params } = message
  const result = (value: unknown): unknown => ({ jsonrpc: '2.0', id, result: value })
  if (method === 'initialize') {
    const { protocolVersion } = params ?? {}
    return result({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'guarded', version: '1' },
    })
  }
  const tools = [{ name: 'secret', inputSchema: { type: 'object' } }]
  if (method === 'tools/list') return result({ tools })
  return { jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } }
}

/** A browser: follows redirects, keeps cookies, and ends at our callback. */
export async function browse(start: URL): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start.href
  for (let hops = 0; hops < 20; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    const text = await response.text()
    if (location === null) return `${response.status} ${text}`
    url = new URL(location, url).href
  }
  throw new Error('too many redirects')
}
