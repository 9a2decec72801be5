/** The words of `call`: which server and tool, the call's own flags, and the tool's arguments, which look like flags too. */
import { ExecutionError } from '../../errors.ts'
import type { Properties } from '../../runtime/index.ts'
import type { ServerChoice } from '../declare/server-choice.ts'

export interface CallFlags {
  readonly help: boolean
  /** Print the tool's whole answer, undecoded. */
  readonly raw: boolean
  /** Never from the result cache. */
  readonly fresh: boolean
  readonly timeoutMs: number | undefined
  readonly format: 'pretty' | 'text' | 'json' | undefined
  readonly configFile: string | undefined
  readonly verbosity: 'quiet' | 'verbose' | undefined
}

export interface CallWords {
  /** Undefined for a server described by flags. */
  readonly server: string | undefined
  /** Undefined where no tool was named. */
  readonly tool: string | undefined
  readonly choice: ServerChoice
  readonly flags: CallFlags
  /** Everything after the tool. */
  readonly rest: readonly string[]
}

type Draft = { -readonly [Name in keyof CallFlags]: CallFlags[Name] }
type ServerDraft = { -readonly [Name in keyof ServerChoice]: ServerChoice[Name] }
type Take = () => string

const ownFlags: Readonly<Record<string, (draft: Draft, take: Take) => void>> = {
  '--help': draft => (draft.help = true),
  '-h': draft => (draft.help = true),
  '--raw': draft => (draft.raw = true),
  '--fresh': draft => (draft.fresh = true),
  '--timeout': (draft, take) => (draft.timeoutMs = seconds(take())),
  '--json': draft => (draft.format = 'json'),
  '--format': (draft, take) => (draft.format = formatOf(take())),
  '--config': (draft, take) => (draft.configFile = take()),
  '-q': draft => (draft.verbosity = 'quiet'),
  '--quiet': draft => (draft.verbosity = 'quiet'),
  '-v': draft => (draft.verbosity = 'verbose'),
  '--verbose': draft => (draft.verbosity = 'verbose'),
  '--no-color': () => undefined,
  '--log-format': (_draft, take) => void take(),
}

const serverFlags: Readonly<Record<string, (draft: ServerDraft, word: string) => void>> = {
  '--from-config': (draft, word) => (draft.fromConfig = word),
  '--command': (draft, word) => (draft.command = word),
  '--arg': (draft, word) => draft.arg.push(word),
  '--env': (draft, word) => draft.env.push(word),
  '--cwd': (draft, word) => (draft.cwd = word),
  '--http': (draft, word) => (draft.http = word),
  '--sse': (draft, word) => (draft.sse = word),
  '--header': (draft, word) => draft.header.push(word),
  '--name': (draft, word) => (draft.name = word),
}

/** Flags before the tool are the call's; after it they are the tool's, see `splitRest`. Throws INVALID_ARGUMENT. */
export function parseCallWords(argv: readonly string[]): CallWords {
  const dashes = argv.indexOf('--')
  const words = dashes === -1 ? [...argv] : argv.slice(0, dashes)
  const draft: Draft = noFlags()
  const choice: ServerDraft = {
    arg: [],
    env: [],
    header: [],
    names: [],
    commandLine: dashes === -1 ? [] : argv.slice(dashes + 1),
  }
  while (words[0]?.startsWith('-') === true) takeFlag(words, draft, choice)
  return { ...target(words, choice), choice, flags: draft, rest: words }
}

/** The call's own flags among the words after the tool, as far as the tool has no parameter of that name. */
export function splitRest(
  { rest, flags }: CallWords,
  parameters: Properties,
): { readonly flags: CallFlags; readonly words: readonly string[] } {
  const draft: Draft = { ...flags }
  const left = [...rest]
  const words: string[] = []
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [flag = word, ...value] = word.startsWith('--') ? word.split('=') : [word]
    const apply = isParameter(flag, parameters) ? undefined : ownFlag(flag)
    if (apply !== undefined) {
      apply(draft, () => (value.length > 0 ? value.join('=') : valueOf(flag, left)))
      continue
    }
    words.push(word)
    // What follows a flag of the tool is its value, also where it is spelt like a flag of ours: --pattern -v
    const isValue = left[0]?.startsWith('--') === false && value.length === 0
    if (isValue && takesValue(flag, parameters)) words.push(...left.splice(0, 1))
  }
  return { flags: draft, words }
}

/** True where a word after the tool may be a flag of ours: only then is the tool's schema worth a look. */
export function mayHoldFlags({ rest }: CallWords): boolean {
  return rest.some(word => ownFlag(word.split('=')[0] ?? '') !== undefined)
}

function ownFlag(word: string): (typeof ownFlags)[string] | undefined {
  return Object.hasOwn(ownFlags, word) ? ownFlags[word] : undefined
}

function isParameter(flag: string, parameters: Properties): boolean {
  const name = flag.replace(/^-+/, '')
  return parameters.has(name) || (name.startsWith('no-') && parameters.has(name.slice(3)))
}

function takesValue(flag: string, parameters: Properties): boolean {
  if (!flag.startsWith('--')) return false
  const name = flag.slice(2)
  const isNegation = name.startsWith('no-') && !parameters.has(name)
  return !isNegation && !parameters.isBoolean(name)
}

function noFlags(): Draft {
  return {
    help: false,
    raw: false,
    fresh: false,
    timeoutMs: undefined,
    format: undefined,
    configFile: undefined,
    verbosity: undefined,
  }
}

function takeFlag(words: string[], draft: Draft, choice: ServerDraft): void {
  const [flag = '', ...inline] = (words.shift() ?? '').split('=')
  const take = (): string => (inline.length > 0 ? inline.join('=') : valueOf(flag, words))
  const own = ownFlag(flag)
  const server = serverFlags[flag]
  if (own !== undefined) return own(draft, take)
  if (server !== undefined) return server(choice, take())
  throw refused(`"${flag}" is no flag of call; give the tool's own flags after the tool's name`)
}

/** `server.tool`, `server tool`, or with a server given by flags just the tool. */
function target(
  words: string[],
  choice: ServerDraft,
): { readonly server: string | undefined; readonly tool: string | undefined } {
  const first = words.shift()
  const { fromConfig, name } = choice
  if (fromConfig !== undefined) return { server: fromConfig, tool: first }
  const [before, after] = splitOnce(first ?? '')
  const bare = before === name ? (after ?? first) : first
  if (isAdHoc(choice)) return { server: undefined, tool: bare }
  if (after !== undefined) return { server: before, tool: after }
  return { server: first, tool: words[0]?.startsWith('-') === true ? undefined : words.shift() }
}

/** True where flags describe a server of their own. */
export function isAdHoc({ command, http, sse, commandLine }: ServerChoice): boolean {
  return [command, http, sse].some(flag => flag !== undefined) || commandLine.length > 0
}

function splitOnce(text: string): readonly [string, string?] {
  const dot = text.indexOf('.')
  return dot <= 0 || dot === text.length - 1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)]
}

function valueOf(flag: string, words: string[]): string {
  const value = words.shift()
  if (value === undefined) throw refused(`the flag "${flag}" needs a value`)
  return value
}

function seconds(text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 86_400) return value * 1000
  throw refused(`--timeout is ${JSON.stringify(text)}; give seconds, more than 0 and at most 86400`)
}

function formatOf(text: string): CallFlags['format'] {
  const format = text.toLowerCase()
  if (format === 'pretty' || format === 'text' || format === 'json') return format
  throw refused(`--format is ${JSON.stringify(text)}; give pretty, text or json`)
}

function refused(how: string): ExecutionError {
  return new ExecutionError('INVALID_ARGUMENT', `Cannot read the command line: ${how}`)
}
