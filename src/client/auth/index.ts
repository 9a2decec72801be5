export { bearer } from './bearer.ts'
export { type CredentialRecord, type CredentialStore, credentialStore } from './credential-store.ts'
export { describeGrant, login, type Login, type LoginOptions, resourceOf } from './login.ts'
export { openUrl } from './open-url.ts'
