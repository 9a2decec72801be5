/** How we answer what a server asks of us in the middle of its work. */
import type { Client } from '@modelcontextprotocol/client'

import { isRecord } from './json-rpc.ts'

export interface Root {
  /** A file:// URI. */
  readonly uri: string
  readonly name?: string
}

export interface ElicitRequest {
  readonly message: string
  /** The form's JSON Schema; absent when the server wants a URL opened. */
  readonly requestedSchema?: Readonly<Record<string, unknown>>
  readonly url?: string
}

export type ElicitAnswer =
  | {
      readonly action: 'accept'
      readonly content: Readonly<Record<string, string | number | boolean | string[]>>
    }
  | { readonly action: 'decline' | 'cancel' }

/** Asked each time; without a hook, roots are empty, elicitation is declined and sampling refused. */
export interface ClientPolicy {
  readonly roots?: () => readonly Root[]
  readonly elicit?: (request: ElicitRequest, signal: AbortSignal) => Promise<ElicitAnswer>
}

/** What we tell servers we can do: only what a hook stands behind, so that no server offers what we would decline. */
export function capabilitiesOf(policy: ClientPolicy): {
  roots: Record<string, never>
  elicitation?: { form: { applyDefaults: true } }
} {
  return {
    roots: {},
    ...(policy.elicit === undefined ? {} : { elicitation: { form: { applyDefaults: true } } }),
  }
}

/** JSON-RPC's code for "the user said no", as the specification's own sampling example has it. */
const refusedCode = -1

export function answerServerRequests(client: Client, policy: ClientPolicy): void {
  client.setRequestHandler('roots/list', () => ({
    roots: (policy.roots?.() ?? []).map(root => ({ ...root })),
  }))
  const { elicit } = policy
  if (elicit !== undefined) {
    client.setRequestHandler('elicitation/create', async (request, { mcpReq }) => {
      const answer = await elicit(toElicitRequest(request.params), mcpReq.signal)
      return answer.action === 'accept'
        ? { action: answer.action, content: { ...answer.content } }
        : answer
    })
  }
  client.fallbackRequestHandler = async request => {
    if (request.method === 'elicitation/create') return { action: 'decline' }
    const message =
      request.method === 'sampling/createMessage'
        ? 'Sampling is refused: no model is available here'
        : 'Method not found'
    const code = request.method === 'sampling/createMessage' ? refusedCode : -32_601
    throw Object.assign(new Error(message), { code })
  }
}

function toElicitRequest(params: unknown): ElicitRequest {
  const { message, requestedSchema, url } = isRecord(params) ? params : {}
  return {
    message: typeof message === 'string' ? message : '',
    ...(isRecord(requestedSchema) ? { requestedSchema } : {}),
    ...(typeof url === 'string' ? { url } : {}),
  }
}
