/** Decides which entry each name stands for, and gives every server its id. */
import { sha256 } from '../digest.ts'
import { type ServerId, serverId, toServerId } from '../ids.ts'
import type { Config, ServerEntry } from './definition.ts'
import type { FoundEntry } from './read-source.ts'

/**
 * `found` is strongest first. The first entry that can be used wins; a disabled, unapproved or invalid one gives way to a weaker one that
 * works, so that no repository can take a user's server away. What `--config` names always wins. Registered ones fill the gaps.
 */
export function settle(
  found: readonly FoundEntry[],
  registered: readonly ServerEntry[],
): Pick<Config, 'servers' | 'shadowed'> {
  const byName = grouped(found)
  const ids = assignIds([...byName.keys()])
  const settled = [...byName].map(([name, entries]) => {
    const id = ids.get(name) ?? idFromHash(name)
    const withId = entries.map(entry => ({ ...entry, id }))
    const [winner, ...losers] = ranked(withId)
    return { winner, losers }
  })
  const servers = settled.flatMap(({ winner }) => winner ?? [])
  const taken = new Set(servers.map(server => server.id))
  return {
    servers: [...servers, ...registered.filter(server => !taken.has(server.id))],
    shadowed: settled.flatMap(({ winner, losers }) =>
      winner === undefined ? [] : losers.map(entry => ({ entry, by: winner.origin })),
    ),
  }
}

function grouped(found: readonly FoundEntry[]): ReadonlyMap<string, readonly FoundEntry[]> {
  const byName = new Map<string, FoundEntry[]>()
  for (const entry of found) {
    const same = byName.get(entry.name)
    if (same === undefined) byName.set(entry.name, [entry])
    else same.push(entry)
  }
  return byName
}

function ranked(entries: readonly ServerEntry[]): readonly ServerEntry[] {
  const usable = entries.findIndex(
    ({ origin, state }) => origin.scope === 'file' || state.status === 'ready',
  )
  const first = entries[Math.max(usable, 0)]
  return first === undefined ? [] : [first, ...entries.filter(entry => entry !== first)]
}

/** Names that are ids already keep themselves; any other takes its slug, or the slug and a hash where that is taken. */
export function assignIds(names: readonly string[]): ReadonlyMap<string, ServerId> {
  const ids = new Map<string, ServerId>()
  const taken = new Set<string>()
  const plainFirst = [...names].toSorted((a, b) => Number(isPlain(b)) - Number(isPlain(a)))
  for (const name of plainFirst) {
    const slug = toServerId(name)
    const free = slug !== undefined && !taken.has(slug) && !reservedOnWindows.test(slug)
    const id = free ? slug : idFromHash(name)
    ids.set(name, id)
    taken.add(id)
  }
  return ids
}

const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)$/

function isPlain(name: string): boolean {
  return toServerId(name) === name
}

function idFromHash(name: string): ServerId {
  const slug = (toServerId(name) ?? 'server').slice(0, 55)
  return serverId(`${slug}-${sha256(name).slice(0, 8)}`)
}
