/** The few parts of oidc-provider (which ships no types) that the tests touch. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Token {
    readonly aud?: unknown
    readonly scope?: string
    readonly grantId?: string
    destroy(): Promise<void>
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  interface Details {
    readonly prompt: { readonly name: string }
    readonly params: {
      readonly client_id: string
      readonly resource?: string
      readonly scope?: string
    }
    readonly session?: { readonly accountId: string }
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Details>
    interactionFinished(
      ...call: readonly [
        request: IncomingMessage,
        response: ServerResponse,
        result: Readonly<Record<string, unknown>>,
        options?: { readonly mergeWithLastSubmission: boolean },
      ]
    ): Promise<void>
    readonly AccessToken: { find(token: string): Promise<Token | undefined> }
    readonly RefreshToken: { find(token: string): Promise<Token | undefined> }
    readonly Grant: new (options: { accountId: string; clientId: string }) => Grant
  }
}
