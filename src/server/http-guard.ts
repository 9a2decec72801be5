/** Who may talk to our HTTP server at all: checked from the headers alone, before any body is read (spec §8). */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server'

import { ExecutionError } from '../errors.ts'

export interface GuardOptions {
  /** The address we listen on. */
  readonly host: string
  /** Host names clients may use besides `host` and, on loopback, localhost. */
  readonly allowedHosts?: readonly string[]
  /** Origins of browsers that may call us, as host names. */
  readonly allowedOrigins?: readonly string[]
  /** Required off loopback; where given it is required everywhere. */
  readonly token?: string
}

export interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

export type Guard = (request: IncomingMessage) => Refusal | undefined

/** Shorter tokens can be guessed. */
export const minTokenBytes = 16

/** Throws SECURITY_REFUSED for a host off loopback without a token, or with one that can be guessed. */
export function createGuard(options: GuardOptions): Guard {
  const { host, token } = options
  if (token === undefined && !isLoopback(host)) throw tokenNeeded(host)
  if (token !== undefined && Buffer.byteLength(token) < minTokenBytes) throw tokenTooShort()
  const hosts = [...hostNames(host), ...(options.allowedHosts ?? [])]
  const origins = [
    ...(isLoopback(host) ? localhostAllowedOrigins() : []),
    ...(options.allowedOrigins ?? []),
  ]
  return request => {
    const byHost = validateHostHeader(request.headers.host, hosts)
    if (!byHost.ok) return { status: 403, message: byHost.message }
    const byOrigin = validateOriginHeader(request.headers.origin, origins)
    if (!byOrigin.ok) return { status: 403, message: byOrigin.message }
    if (token !== undefined && !carriesToken(request.headers.authorization, token)) {
      return { status: 401, message: 'Unauthorized: send the bearer token of --token-file' }
    }
    return undefined
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function hostNames(host: string): string[] {
  const own = host.includes(':') ? `[${host}]` : host
  return isLoopback(host) ? [...new Set([own, ...localhostAllowedHostnames()])] : [own]
}

// Digests have one length, so the comparison tells nothing, not even the token's length.
function carriesToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function tokenNeeded(host: string): ExecutionError {
  return new ExecutionError(
    'SECURITY_REFUSED',
    `Cannot serve on "${host}": it can be reached from other machines; give --token-file, or serve on 127.0.0.1`,
  )
}

function tokenTooShort(): ExecutionError {
  return new ExecutionError(
    'SECURITY_REFUSED',
    `Cannot use the token: it has fewer than ${minTokenBytes} bytes; make one with "openssl rand -hex 32"`,
  )
}
