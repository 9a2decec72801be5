/** Skill names and file names made from other names. */
import { sha256 } from '../digest.ts'
import { type SkillName, skillName } from '../ids.ts'

const reserved = /anthropic|claude/g
const hashLength = 6

/** The skill's name for a server: its id with hyphens; a short hash is added where that changed more than separators. */
export function skillNameFor(serverId: string): SkillName {
  const slug = slugOf(serverId)
  const plain = slugOf(slug.replaceAll(reserved, ''))
  return skillName(
    plain === slug && slug.length <= 64 && slug !== '' ? slug : withHash(plain, serverId),
  )
}

/** The name with a hash of `origin`: for the second server that would take the same name. */
export function withHash(slug: string, origin: string): SkillName {
  const hash = sha256(origin).slice(0, hashLength)
  const room = 64 - hashLength - 1
  const start = slugOf(slug.slice(0, room)) || 'skill'
  return skillName(`${start}-${hash}`)
}

/** Lower case, digits and single inner hyphens; "" where nothing is left. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
