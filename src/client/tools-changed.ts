/** Tells listeners that the list of tools changed: at most once a second, however often the server says so. */
import type { Client } from '@modelcontextprotocol/client'

import type { Handshake } from './connection.ts'
import { isRecord } from './json-rpc.ts'

export interface ToolsChanged {
  add(listener: () => void): () => void
  stop(): void
}

const quietMs = 1000

export function toolsChangedListeners(client: Client, handshake: Handshake): ToolsChanged {
  const listeners = new Set<() => void>()
  let waiting: NodeJS.Timeout | undefined
  let lastToldAt = -Infinity
  let subscribed = false

  const tell = (): void => {
    waiting = undefined
    lastToldAt = performance.now()
    for (const listener of listeners) listener()
  }
  client.setNotificationHandler('notifications/tools/list_changed', () => {
    if (waiting !== undefined || listeners.size === 0) return
    const rest = lastToldAt + quietMs - performance.now()
    waiting = setTimeout(tell, Math.max(0, rest)).unref()
  })
  return {
    add(listener) {
      listeners.add(listener)
      if (!subscribed && needsSubscription(client, handshake)) {
        subscribed = true
        // Without the subscription the list is simply read anew on the next connection.
        client.listen({ toolsListChanged: true }).catch(() => undefined)
      }
      return () => void listeners.delete(listener)
    },
    stop() {
      listeners.clear()
      clearTimeout(waiting)
    },
  }
}

// Older servers send the notification unasked.
function needsSubscription(client: Client, { capabilities }: Handshake): boolean {
  const { tools } = capabilities
  return client.getProtocolEra() === 'modern' && isRecord(tools) && tools['listChanged'] === true
}
