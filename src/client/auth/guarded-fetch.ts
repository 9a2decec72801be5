/** The fetch of an OAuth flow: it goes where a server says, so it must not be led into a private network, nor read without end. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

import { ExecutionError } from '../../errors.ts'
import { quoteName } from '../../text/index.ts'

type Fetch = typeof globalThis.fetch

export interface GuardOptions {
  /** The MCP server's own URL: whoever configured a private one may be sent to private ones. */
  readonly serverUrl: string
  readonly fetch: Fetch
  readonly resolve?: (host: string) => Promise<readonly string[]>
  readonly signal?: AbortSignal
}

const maxRedirects = 5
const maxBodyBytes = 1024 * 1024
const patienceMs = 30_000

export function guardedFetch(options: GuardOptions): Fetch {
  const resolve = options.resolve ?? resolveHost
  const trusted = isPrivate(new URL(options.serverUrl).hostname, resolve)
  const check = async (url: URL): Promise<void> => {
    await checkDestination(url, { trusted: await trusted, resolve })
  }
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input)
    for (let hops = 0; ; hops += 1) {
      await check(url)
      const response = await options.fetch(url, {
        ...init,
        redirect: 'manual',
        signal: patience(options, init),
      })
      const target = redirectTarget(response, url)
      if (target === undefined) return await bounded(response)
      await response.body?.cancel()
      // A request with a body carries a code or a token: nobody else may get it.
      if (init?.method === 'POST' || hops === maxRedirects) throw refusal(url, 'it redirects')
      url = target
    }
  }
}

function patience({ signal }: GuardOptions, init: RequestInit | undefined): AbortSignal {
  const signals = [AbortSignal.timeout(patienceMs), signal, init?.signal]
  return AbortSignal.any(signals.filter(each => each !== undefined && each !== null))
}

interface Rules {
  readonly trusted: boolean
  readonly resolve: (host: string) => Promise<readonly string[]>
}

async function checkDestination(url: URL, { trusted, resolve }: Rules): Promise<void> {
  const isLoopbackHttp = url.protocol === 'http:' && isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !isLoopbackHttp) throw refusal(url, 'it is not https')
  if (url.username !== '' || url.password !== '') throw refusal(url, 'it holds credentials')
  if (trusted) return
  if (await isPrivate(url.hostname, resolve)) {
    throw refusal(url, 'it is an address of a private network, named by a public server')
  }
}

function redirectTarget(response: Response, from: URL): URL | undefined {
  const location =
    response.status >= 300 && response.status < 400 && response.headers.get('location')
  if (typeof location !== 'string') return undefined
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined
}

async function bounded(response: Response): Promise<Response> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) {
      throw new ExecutionError('MESSAGE_TOO_LARGE', 'the authorization server sent more than 1 MiB')
    }
    chunks.push(chunk)
  }
  const { status, statusText, headers } = response
  const isEmpty = status === 204 || status === 304
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, statusText, headers })
}

function refusal(url: URL, why: string): ExecutionError {
  return new ExecutionError(
    'SECURITY_REFUSED',
    `Cannot fetch ${quoteName(`${url.origin}${url.pathname}`)} for authorization: ${why}`,
  )
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname)
  )
}

async function isPrivate(
  hostname: string,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(hostname)) return true
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host]
  return addresses.some(isPrivateAddress)
}

async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

const privateRanges: readonly (readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'])[] =
  [
    ['0.0.0.0', 8, 'ipv4'],
    ['10.0.0.0', 8, 'ipv4'],
    ['100.64.0.0', 10, 'ipv4'],
    ['127.0.0.0', 8, 'ipv4'],
    ['169.254.0.0', 16, 'ipv4'],
    ['172.16.0.0', 12, 'ipv4'],
    ['192.0.0.0', 24, 'ipv4'],
    ['192.168.0.0', 16, 'ipv4'],
    ['198.18.0.0', 15, 'ipv4'],
    ['224.0.0.0', 3, 'ipv4'],
    ['::', 127, 'ipv6'],
    ['64:ff9b::', 96, 'ipv6'],
    ['fc00::', 7, 'ipv6'],
    ['fe80::', 10, 'ipv6'],
    ['ff00::', 8, 'ipv6'],
  ]

function isPrivateAddress(address: string): boolean {
  const blocked = new BlockList()
  for (const [net, prefix, family] of privateRanges) blocked.addSubnet(net, prefix, family)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return blocked.check(mapped, 'ipv4')
  return blocked.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
