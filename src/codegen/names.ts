/** TypeScript and file names for wire names: readable, unique on every file system, and independent of tool order. */

/** Words that cannot be exported, would break a module's namespace, or mean something in every tool file. */
const reserved: ReadonlySet<string> = new Set(
  (
    'arguments as async await break case catch class const constructor continue debugger declare default delete do else ' +
    'enum eval export extends false finally for from function get globalThis hasOwnProperty if implements import in ' +
    'index infinity instanceof interface isPrototypeOf let module naN namespace never new null number object of package ' +
    'private propertyIsEnumerable protected prototype public require return satisfies set static string super switch ' +
    'symbol then this throw toLocaleString toString tool tools true try type typeof undefined unknown using valueOf var void ' +
    'while with yield'
  ).split(' '),
)
/** Device names of Windows: no file may be called so, whatever its extension. */
const devices = /^(?:con|prn|aux|nul|conin|conout|clock|com\d|lpt\d)$/i

/**
 * Letters that identifiers may hold, spelled out: `\p{L}` means another set in each Node. Scripts written from right to
 * left are left out: they reorder the code around them on the screen.
 */
const letters =
  'A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03CE\u0401-\u040C\u040E-\u044F\u0451-\u045C\u045E-\u0481\u0904-\u0939\u0E01-\u0E30\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FA5\uAC00-\uD7A3'
const notInWord = new RegExp(`[^${letters}0-9]+`, 'g')
const onlyAscii = /^[ -~]*$/

/** Letters of other scripts that look like Latin ones: two names that look alike are one name to a reader. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  'аa вb сc ԁd еe нh іi јj кk мm оo рp ѕs тt уy хx αa βb εe ηn ιi κk μm νv οo ρp τt υy χx ωw ıi ſs øo łl đd ðd'
    .split(' ')
    .map(pair => [pair.charAt(0), pair.charAt(1)]),
)
const maxLength = 80

/**
 * Gives each wire name an identifier that is also its file's name. Names that need no change keep themselves; the rest go
 * in order of their code units, so that the order in which a server lists its tools changes nothing.
 */
export function assignNames(wireNames: Iterable<string>): Map<string, string> {
  const sorted = [...new Set(wireNames)].toSorted((a, b) => (a < b ? -1 : 1))
  const names = new Map<string, string>()
  const taken = new Map<string, number>()
  const wanted = sorted.map((wireName): [string, string] => [wireName, identifier(wireName)])
  const [plain, changed] = [wanted.filter(isUnchanged), wanted.filter(pair => !isUnchanged(pair))]
  for (const [wireName, name] of [...plain, ...changed]) names.set(wireName, firstFree(name, taken))
  return names
}

function isUnchanged([wireName, name]: readonly [string, string]): boolean {
  return wireName === name
}

/** The wire name that has `name` in code; undefined where none has. */
export function wireNameOf(wireNames: Iterable<string>, name: string): string | undefined {
  for (const [wireName, assigned] of assignNames(wireNames)) if (assigned === name) return wireName
  return undefined
}

/** The identifier a wire name would like to have. */
export function identifier(wireName: string): string {
  const name = camelCase(wireName)
  if (name === '') return 'tool_'
  if (/^\d/.test(name)) return `_${name}`
  return reserved.has(name) || devices.test(name) ? `${name}_` : name
}

/** "list-issues" → "listIssues", "GET /users" → "getUsers", "HTTPRequest" → "httpRequest". */
export function camelCase(text: string): string {
  const words = wordsOf(text)
  if (words.length === 0) return ''
  const shouts = !/[a-z]/.test(words.join(''))
  const [first = '', ...rest] = shouts ? words.map(word => word.toLowerCase()) : words
  return (lowerStart(first) + rest.map(capital).join('')).slice(0, maxLength)
}

/** "list-issues" → "ListIssues"; empty where nothing is left. */
export function pascalCase(text: string): string {
  const name = capital(camelCase(text))
  return /^\d/.test(name) ? `T${name}` : name
}

function wordsOf(text: string): string[] {
  const plain = onlyAscii.test(text) ? text : text.normalize('NFKC')
  return plain.split(notInWord).filter(word => word !== '')
}

/** An initial run of capitals is a word of its own, up to the last one before a small letter. */
function lowerStart(word: string): string {
  const capitals = /^[A-Z]+/.exec(word)?.[0] ?? ''
  if (capitals === '') return word.charAt(0).toLowerCase() + word.slice(1)
  const wordEnds = capitals.length === word.length || /\d/.test(word.charAt(capitals.length))
  const length = capitals.length === 1 || wordEnds ? capitals.length : capitals.length - 1
  return word.slice(0, length).toLowerCase() + word.slice(length)
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** `taken` maps each skeleton to the number that its next namesake gets: a thousand namesakes cost a thousand steps. */
function firstFree(wanted: string, taken: Map<string, number>): string {
  const base = skeleton(wanted)
  const next = taken.get(base)
  taken.set(base, next === undefined ? 2 : next + 1)
  if (next === undefined) return wanted
  const numbered = wanted.endsWith('_') ? `${wanted}${next}` : `${wanted}_${next}`
  return taken.has(skeleton(numbered)) ? firstFree(wanted, taken) : claim(numbered, taken)
}

function claim(name: string, taken: Map<string, number>): string {
  taken.set(skeleton(name), 2)
  return name
}

/** Names with one skeleton are the same file on some system, or the same name to the eye. */
function skeleton(name: string): string {
  const lower = name.toLowerCase()
  // Digits and letters that look alike differ in case anyway: 0/o and 1/l stay apart, as in every programming font.
  if (onlyAscii.test(lower)) return lower
  const base = lower.normalize('NFKD').replace(/[\u0300-\u036F]/g, '')
  return [...base].map(letter => lookAlikes.get(letter) ?? letter).join('')
}
