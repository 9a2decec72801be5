/** Categories for tools nobody categorised: by the thing their names speak of ("create_issue", "list_issues" → "issue"). */

/** Fewer tools than this need no categories. */
const minTools = 13
const minShare = 3
const maxTopics = 12

const verbs = new Set(
  (
    'add append apply archive assign attach batch bulk cancel check clear close complete convert copy count create ' +
    'deactivate activate delete describe disable download edit enable execute export fetch find generate get import ' +
    'insert invite is link list load lock make mark merge modify move open patch pause post publish put query read ' +
    'remove rename replace reply reset resolve restart restore resume revoke rotate run save schedule search send set ' +
    'show start stop submit subscribe switch sync test toggle transfer trigger unassign unlink unlock unsubscribe ' +
    'update upload upsert validate verify view watch write by for from in of on the to with and all my new'
  ).split(' '),
)

/** A topic for each name; names that share none with enough others are left out. */
export function topicsOf(names: readonly string[]): ReadonlyMap<string, string> {
  if (names.length < minTools) return new Map()
  const words = new Map(names.map(name => [name, wordsOf(name)]))
  const counts = countsOf([...words.values()])
  // What nearly every name holds is the server's own name.
  const usable = [...counts].filter(([, count]) => count >= minShare && count <= names.length * 0.7)
  const ranked = usable.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, maxTopics)
  const chosen = new Set(ranked.map(([word]) => word))
  const topics = new Map<string, string>()
  for (const [name, own] of words) {
    const topic = own.find(word => chosen.has(word))
    if (topic !== undefined) topics.set(name, topic)
  }
  // Where most tools share nothing, one list reads better.
  return topics.size * 2 > names.length ? topics : new Map()
}

function countsOf(lists: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of lists.flatMap(list => [...new Set(list)])) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** Lower-case words of a name, verbs out, plurals made singular. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word.length > 2 && !verbs.has(word))
    .map(word => word.replace(/ies$/, 'y').replace(/(?<!s|u|i)s$/, ''))
}
