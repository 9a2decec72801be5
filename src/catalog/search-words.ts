/** How text becomes words to search by: names split where their writers meant it, endings off, other words for the same thing. */

const stopWords = new Set(
  'a an and are as at be by can do does for from how i if in into is it its me my of on one or please that the their them then this to tool use using want was what when which will with you your'.split(
    ' ',
  ),
)

/** Words of tools that mean the same to whoever searches; each group is one line. */
const synonymGroups = [
  'create add new make insert open',
  'delete remove destroy erase drop',
  'update edit modify change set patch',
  'get read fetch retrieve show view load',
  'list all enumerate browse',
  'search find query lookup',
  'send post publish submit',
  'message chat dm',
  'email mail inbox',
  'file document',
  'folder directory dir',
  'repository repo',
  'issue ticket bug',
  'pr pull merge',
  'run execute invoke start launch',
  'stop kill terminate cancel',
  'database db table sql',
  'user account member person people',
  'calendar event meeting appointment',
  'page website webpage url site',
  'image picture photo screenshot',
  'k8s kubernetes',
  'log trace',
  'map location place geocode address',
  'weather forecast',
  'price quote stock',
  'domain dns',
  'vm instance server droplet',
]

const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  synonymGroups.flatMap(line => {
    const words = line.split(' ').map(word => stem(word))
    return words.map((word): [string, string[]] => [word, words.filter(other => other !== word)])
  }),
)

const wordPattern = /[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g
const asianPattern = /[\u3041-\u30FF\u3400-\u9FFF\uAC00-\uD7A3]/
/** Longer text is searched by its start: what a tool is for stands there. */
const maxText = 1200
const maxWords = 200

/** The words of a name or a text, in order: "listPull_requests" → list, pull, request. */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const piece of text
    .slice(0, maxText)
    .normalize('NFKC')
    .split(/[^\p{L}\p{N}]+/u)) {
    if (piece === '') continue
    if (words.length >= maxWords) break
    for (const word of splitPiece(piece)) {
      const lower = word.toLowerCase()
      if (!stopWords.has(lower)) words.push(stem(lower))
    }
  }
  return words
}

/** Other words for the same thing; empty for most. */
export function synonymsOf(word: string): readonly string[] {
  return synonyms.get(word) ?? []
}

function splitPiece(piece: string): readonly string[] {
  // Scripts without blanks: every pair of characters is a word.
  if (asianPattern.test(piece)) return pairsOf(piece)
  const plain = piece.normalize('NFD').replace(/[\u0300-\u036F]/g, '')
  return /^[A-Za-z0-9]+$/.test(plain) ? (plain.match(wordPattern) ?? []) : [piece]
}

function pairsOf(piece: string): readonly string[] {
  const characters = [...piece]
  if (characters.length < 2) return characters
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`)
}

/** Plurals and the commonest endings off: enough that "listing issues" finds `list_issue`. */
export function stem(word: string): string {
  if (word.length < 4 || /[^a-z]/.test(word)) return word
  const singular = withoutPlural(word)
  const base = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(singular)?.[1]
  if (base === undefined || base.length < 3) return withoutFinalE(singular)
  // "running" → "run", "creating" → "creat", as "create" becomes below.
  return /([^aeioulsz])\1$/.test(base) ? base.slice(0, -1) : base
}

function withoutPlural(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2)
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

function withoutFinalE(word: string): string {
  return word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word
}
