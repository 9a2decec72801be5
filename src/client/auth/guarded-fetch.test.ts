import { describe, expect, test } from 'vitest'

import { ExecutionError } from '../../errors.ts'
import { guardedFetch } from './guarded-fetch.ts'

const addresses: Readonly<Record<string, readonly string[]>> = {
  'public.test': ['93.184.216.34'],
  'auth.test': ['2606:2800:220:1::1'],
  'rebound.test': ['93.184.216.34', '10.0.0.7'],
  'intranet.test': ['192.168.1.1'],
}

function outcome(
  serverUrl: string,
  url: string,
  respond: () => Response = () => new Response('ok'),
): Promise<string> {
  const fetch = guardedFetch({
    serverUrl,
    fetch: () => Promise.resolve(respond()),
    resolve: host => Promise.resolve(addresses[host] ?? []),
  })
  return fetch(url).then(
    response => response.text(),
    (error: unknown) => (ExecutionError.is(error) ? error.code : String(error)),
  )
}

describe('an authorization URL named by a public server', () => {
  test.each([
    ['https://auth.test/x', 'ok'],
    ['http://auth.test/x', 'SECURITY_REFUSED'],
    ['ftp://auth.test/x', 'SECURITY_REFUSED'],
    ['https://user:pass@auth.test/x', 'SECURITY_REFUSED'],
    ['https://rebound.test/x', 'SECURITY_REFUSED'],
    ['https://intranet.test/x', 'SECURITY_REFUSED'],
    ['http://localhost:80/x', 'SECURITY_REFUSED'],
    ['http://127.0.0.1/x', 'SECURITY_REFUSED'],
    ['https://169.254.169.254/latest/meta-data', 'SECURITY_REFUSED'],
    ['https://10.1.2.3/', 'SECURITY_REFUSED'],
    ['https://172.31.0.1/', 'SECURITY_REFUSED'],
    ['https://172.32.0.1/', 'ok'],
    ['https://100.64.0.1/', 'SECURITY_REFUSED'],
    ['https://[::1]/', 'SECURITY_REFUSED'],
    ['https://[fd00::1]/', 'SECURITY_REFUSED'],
    ['https://[::ffff:10.0.0.1]/', 'SECURITY_REFUSED'],
    ['https://2130706433/', 'SECURITY_REFUSED'],
  ])('%s → %s', async (url, expected) => {
    expect(await outcome('https://public.test/mcp', url)).toBe(expected)
  })
})

test('a server that is itself private may name private ones', async () => {
  expect(await outcome('http://localhost:3000/mcp', 'http://127.0.0.1:4000/x')).toBe('ok')
  expect(await outcome('https://intranet.test/mcp', 'https://10.1.2.3/')).toBe('ok')
})

const to = (location: string) => (): Response =>
  new Response(null, { status: 302, headers: { location } })
const sized = (bytes: number) => (): Response => new Response('x'.repeat(bytes))

test('a redirect is followed only to where one may go', async () => {
  expect(
    await outcome('https://public.test/mcp', 'https://auth.test/x', to('https://10.0.0.1/')),
  ).toBe('SECURITY_REFUSED')
  expect(await outcome('https://public.test/mcp', 'https://auth.test/x', to('/again'))).toBe(
    'SECURITY_REFUSED',
  )
})

test('a body is read up to 1 MiB', async () => {
  const most = 1024 * 1024
  expect(await outcome('https://public.test/', 'https://auth.test/', sized(most))).toHaveLength(
    most,
  )
  expect(await outcome('https://public.test/', 'https://auth.test/', sized(most + 1))).toBe(
    'MESSAGE_TOO_LARGE',
  )
})
