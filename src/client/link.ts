/** A wire to one server, with what is known about how it fares: why it ended, and its last words. */
import type { Transport } from '@modelcontextprotocol/client'

import type { ServerSpec } from '../config/index.ts'
import type { ExecutionError } from '../errors.ts'
import { Wire } from './wire.ts'

/** What an error message may say about the server. */
export interface Evidence {
  /** What broke the transport, where it knows better than the error at hand. */
  readonly fault?: ExecutionError
  readonly endReason?: string
  readonly stderr: string
  readonly secrets: readonly string[]
}

export interface Link {
  readonly kind: 'stdio' | 'http' | 'sse'
  readonly wire: Wire
  evidence(): Evidence
  stderr(): string
  readonly closed: Promise<{ readonly reason: string; readonly stderr: string }>
  close(): Promise<void>
}

export interface LinkSource {
  readonly kind: Link['kind']
  readonly transport: Transport
  readonly spec: ServerSpec
  readonly stderr?: () => string
  readonly endReason?: () => string | undefined
  readonly fault?: () => ExecutionError | undefined
  /** Says goodbye to the server before the transport closes. */
  readonly beforeClose?: () => Promise<void>
}

export function openLink(source: LinkSource): Link {
  const { transport, spec, stderr = () => '' } = source
  const wire = new Wire(transport)
  const secrets = secretsOf(spec)
  let closing: Promise<void> | undefined
  const endReason = (): string | undefined => source.endReason?.()
  const close = async (): Promise<void> => {
    await source.beforeClose?.()
    await wire.close()
  }
  return {
    kind: source.kind,
    wire,
    stderr,
    evidence() {
      const reason = endReason()
      const fault = source.fault?.()
      return {
        stderr: stderr(),
        secrets,
        ...(reason === undefined ? {} : { endReason: reason }),
        ...(fault === undefined ? {} : { fault }),
      }
    },
    closed: wire.closed.then(() => ({
      reason: endReason() ?? 'it was closed',
      stderr: stderr(),
    })),
    close: () => (closing ??= close()),
  }
}

function secretsOf({ target }: ServerSpec): readonly string[] {
  const values = Object.values(target.type === 'stdio' ? target.env : target.headers)
  return values.filter(value => value.length >= 8)
}
