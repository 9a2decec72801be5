/** Says which members of an entry nobody reads, and what was probably meant. */
import { didYouMean } from '../text/index.ts'
import type { Fields } from './fields.ts'
import { shown } from './rules.ts'

/** Members that clients keep for themselves; what they grant (approval, trust) is never taken over. */
const othersKeys = new Set([
  '$schema',
  '_meta',
  'alwaysAllow',
  'alwaysLoad',
  'approval_mode',
  'authProviderType',
  'auth',
  'autoApprove',
  'available_tools',
  'bundled',
  'default_tools_approval_mode',
  'description',
  'dev',
  'display_name',
  'displayName',
  'experimental_environment',
  'extension_id',
  'fromGalleryId',
  'gallery',
  'icon',
  'id',
  'isActive',
  'lifecycle',
  'name',
  'note',
  'oauth',
  'oauth_resource',
  'provider',
  'required',
  'sandbox',
  'settings',
  'source',
  'supports_parallel_tool_calls',
  'targetAudience',
  'title',
  'toolCallTimeoutSec',
  'tools',
  'trust',
  'version',
])
/** Members that promise protection we do not give: worth a word. */
const unmetKeys = new Set(['sandboxEnabled'])

export function unknownKeys({ raw, read }: Fields): readonly string[] {
  return Object.keys(raw)
    .filter(key => !read.has(key) && !othersKeys.has(key))
    .map(key =>
      unmetKeys.has(key)
        ? `${shown(key)} has no effect here: the server runs with your own rights`
        : `unknown key ${shown(key)}${meantInstead(key, [...read])}`,
    )
}

/** ` (did you mean "x"?)`, or nothing where no name is near. */
export function meantInstead(wrong: string, names: readonly string[]): string {
  const meant = didYouMean(wrong, names)
  return meant === undefined ? '' : ` (${meant})`
}
