/** Waits on a loopback port for the browser to come back from the authorization server. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import { ExecutionError } from '../../errors.ts'

export interface Callback extends AsyncDisposable {
  readonly redirectUrl: string
  /** The answer's parameters, once one with the right state has come. */
  wait(state: string, signal: AbortSignal): Promise<URLSearchParams>
}

const page = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>mcp-execution</title><p>${text}</p>`

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  connection: 'close',
}

/** Listens on 127.0.0.1 at `port`, or any free one for 0. Rejects with IO if the port is taken. */
export async function openCallback(port: number): Promise<Callback> {
  let onAnswer: ((parameters: URLSearchParams) => boolean) | undefined
  const server = createServer((request, response) => {
    answer(request, response, parameters => onAnswer?.(parameters) ?? false)
  })
  const listening = await listen(server, port)
  return {
    redirectUrl: `http://127.0.0.1:${listening}/callback`,
    wait: (state, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason)
        if (signal.aborted) stop()
        signal.addEventListener('abort', stop, { once: true })
        onAnswer = parameters => {
          // Anything on this machine may knock here: only the answer to our own question counts.
          if (parameters.get('state') !== state) return false
          resolve(parameters)
          return true
        }
      }),
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (parameters: URLSearchParams) => boolean,
): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (request.method !== 'GET' || url.pathname !== '/callback') {
    response.writeHead(404, headers).end(page('Nothing here.'))
    return
  }
  const isOurs = take(url.searchParams)
  const text = isOurs ? 'You may close this window.' : 'This is not the answer we wait for.'
  response.writeHead(isOurs ? 200 : 400, headers).end(page(text))
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new ExecutionError(
          'IO',
          `Cannot wait for the authorization on port ${port}: it is taken; free it or configure another callbackPort`,
          { cause },
        ),
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
