export {
  type CredentialRecord,
  type CredentialStore,
  credentialStore,
  describeGrant,
  type Login,
  login,
  type LoginOptions,
  openUrl,
  resourceOf,
} from './auth/index.ts'
export type { ClientPolicy, ElicitAnswer, ElicitRequest, Root } from './client-policy.ts'
export { connect } from './connect.ts'
export type { ConnectOptions, EraStore, EraVerdict } from './connect-options.ts'
export {
  type CallOptions,
  type Connection,
  type ContentPart,
  type Handshake,
  type ToolResult,
  type WireTool,
} from './connection.ts'
export { clientStores } from './era-store.ts'
export { type ClientLimits, defaultClientLimits } from './limits.ts'
