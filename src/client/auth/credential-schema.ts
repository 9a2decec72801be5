/** The file of one resource's credentials, read and judged. */
import { z } from 'zod'

import type { CredentialRecord } from './credential-store.ts'

/** Undefined where the text is no record: what we cannot read we cannot use, and the user logs in again. */
export function parseRecord(json: string): CredentialRecord | undefined {
  try {
    return credentialRecord.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

const text: z.ZodType<string> = z.string()
const optionalText: z.ZodType<string | undefined> = z.string().optional()

const credentialRecord: z.ZodType<CredentialRecord> = z.object({
  version: z.literal(1),
  resource: text,
  issuer: optionalText,
  discovery: z.unknown().optional(),
  grants: z.record(
    z.string(),
    z.object({
      client: z
        .looseObject({ client_id: text, client_secret: optionalText, issuer: optionalText })
        .optional(),
      tokens: z
        .object({
          access_token: text,
          token_type: text,
          id_token: optionalText,
          expires_in: z.number().optional(),
          scope: optionalText,
          refresh_token: optionalText,
          issuer: optionalText,
        })
        .optional(),
      savedAt: z.number().optional(),
    }),
  ),
})
