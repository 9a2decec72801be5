import { randomUUID } from 'node:crypto'

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'

import { serveOverHttp } from '../../src/server/http.ts'
import { testSurface } from './test-surface.ts'

const sessions = 200
const requestsEach = 20

interface Tally {
  answered: number
  cancelled: number
  readonly crossed: string[]
}

test('200 sessions of 20 requests, with cancels and disconnects: no answer is lost or crossed', async () => {
  const { surface } = testSurface({ queued: sessions * requestsEach })
  await using listener = await serveOverHttp(surface, { host: '127.0.0.1', port: 0, now: () => 0 })
  const tally: Tally = { answered: 0, cancelled: 0, crossed: [] }
  const everyone = Array.from({ length: sessions }, (_, index) => one(listener.url, index, tally))
  await Promise.all(everyone)
  expect(tally.crossed).toEqual([])
  expect(tally.answered + tally.cancelled).toBe(sessions * requestsEach)
  // Every fifth request is cancelled at once; it may still be answered if the answer was faster.
  expect(tally.cancelled).toBeLessThanOrEqual((sessions * requestsEach) / 5)
  const health = await (await fetch(listener.url.replace('/mcp', '/health'))).json()
  expect(health).toEqual({ status: 'ok', sessions: sessions / 2, active: 0, queued: 0 })
}, 120_000)

// Even sessions end politely; odd ones go away without a word and are left to the idle limit.
async function one(url: string, index: number, tally: Tally): Promise<void> {
  const client = new Client({ name: `client-${index}`, version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(url))
  await client.connect(transport)
  const requests = Array.from({ length: requestsEach }, (_, at) => request(client, at, tally))
  await Promise.all(requests)
  if (index % 2 === 0) await transport.terminateSession()
  await client.close()
}

async function request(client: Client, at: number, tally: Tally): Promise<void> {
  const text = randomUUID()
  const abort = new AbortController()
  const call = client.callTool({ name: 'echo', arguments: { text } }, { signal: abort.signal })
  if (at % 5 === 4) abort.abort()
  try {
    const { structuredContent } = await call
    const echoed = JSON.stringify(structuredContent)
    if (!echoed.includes(text)) tally.crossed.push(echoed)
    tally.answered += 1
  } catch (error) {
    if (!abort.signal.aborted) throw error
    tally.cancelled += 1
  }
}
