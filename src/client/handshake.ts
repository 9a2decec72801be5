/** What a server said of itself, from either era's answer, forgiving what it left out. */
import type { Handshake } from './connection.ts'
import { isRecord } from './json-rpc.ts'

export const modernVersion = '2026-07-28'

const serverInfoKey = 'io.modelcontextprotocol/serverInfo'

export function fromInitialize(result: Record<string, unknown>, fallbackName: string): Handshake {
  const protocolVersion = text(result['protocolVersion']) ?? ''
  return toHandshake(result, result['serverInfo'], { fallbackName, protocolVersion })
}

export function fromDiscover(result: Record<string, unknown>, fallbackName: string): Handshake {
  const meta = result['_meta']
  const info = isRecord(meta) ? meta[serverInfoKey] : undefined
  return toHandshake(result, info, { fallbackName, protocolVersion: modernVersion })
}

function toHandshake(
  result: Record<string, unknown>,
  info: unknown,
  known: { readonly fallbackName: string; readonly protocolVersion: string },
): Handshake {
  const serverInfo = isRecord(info) ? info : {}
  const title = text(serverInfo['title'])
  const instructions = text(result['instructions'])
  const capabilities = result['capabilities']
  return {
    name: text(serverInfo['name']) ?? known.fallbackName,
    ...(title === undefined ? {} : { title }),
    version: text(serverInfo['version']) ?? '0.0.0',
    protocolVersion: known.protocolVersion,
    capabilities: isRecord(capabilities) ? capabilities : {},
    ...(instructions === undefined ? {} : { instructions }),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
