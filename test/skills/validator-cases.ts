/** Skills that break one rule each, and what each validator says to them (true = accepts). The table of docs/reference/skills.md. */

export interface ValidatorCase {
  readonly rule: string
  readonly text: string | Uint8Array
  readonly folder: string
  readonly file: string
  readonly ours: boolean
  readonly skillsRef: boolean
  readonly skillCheck: boolean
}

const body =
  '\n# Demo\n\nWhat to do, in enough words that nobody would call this body short or empty.\n'
const description = 'Use when a demonstration is needed; it shows what a skill looks like.'

/** A skill text from frontmatter lines. */
export function skillText(lines: readonly string[], after: string = body): string {
  return `---\n${lines.join('\n')}\n---\n${after}`
}

const named = ['name: demo', `description: "${description}"`]
const describe = (text: string): string[] => ['name: demo', `description: ${text}`]
const call = (name: string): string[] => [`name: ${name}`, `description: "${description}"`]

type Verdicts = readonly [ours: boolean, skillsRef: boolean, skillCheck: boolean]
type Row = readonly [
  rule: string,
  text: string | Uint8Array,
  verdicts: Verdicts,
  folder?: string,
  file?: string,
]

const yes = true
const no = false

const rows: readonly Row[] = [
  ['a plain skill', skillText(named), [yes, yes, yes]],
  ['CRLF line ends', skillText(named).replaceAll('\n', '\r\n'), [yes, yes, yes]],
  [
    'every optional field',
    skillText([
      ...named,
      'license: MIT',
      'compatibility: "Node 20"',
      'allowed-tools: Read Bash',
      'metadata:',
      '  author: "me"',
    ]),
    [yes, yes, yes],
  ],
  ['no frontmatter', body, [no, no, no]],
  ['frontmatter never closed', `---\n${named.join('\n')}\n${body}`, [no, no, no]],
  ['text before the frontmatter', `\n${skillText(named)}`, [no, no, no]],
  ['a byte order mark', `\uFEFF${skillText(named)}`, [no, no, no]],
  [
    'no UTF-8',
    Buffer.concat([Buffer.from(skillText(named)), Buffer.from([0xff, 0xfe])]),
    [no, yes, yes],
  ],
  ['SKILL.md spelled skill.md', skillText(named), [no, yes, yes], 'demo', 'skill.md'],
  ['frontmatter is a list', skillText(['- name', '- description']), [no, no, no]],
  ['frontmatter is a scalar', skillText(['just words']), [no, no, no]],
  ['empty frontmatter', '---\n---\n' + body, [no, no, no]],
  ['invalid YAML', skillText(['name: demo', 'description: "never closed']), [no, no, no]],
  ['an unquoted ": "', skillText(describe('Use when: this is read as a mapping')), [no, no, no]],
  ['duplicate keys', skillText([...named, 'name: demo']), [no, no, no]],
  ['a tab as indentation', skillText([...named, 'metadata:', '\tauthor: me']), [no, no, no]],
  [
    '"---" inside a quoted description',
    skillText(describe(`"${description} --- more"`)),
    [no, no, yes],
  ],
  [
    '"---" inside a plain description',
    skillText(describe('Use when a --- is in the text of the description')),
    [no, yes, yes],
  ],
  [
    '" #" in a plain description',
    skillText(describe('Use when counting #1 things # and not a comment at all, really')),
    [no, yes, yes],
  ],
  ['flow style', skillText([...named, 'metadata: {author: me}']), [no, yes, yes]],
  [
    'an anchor and an alias',
    skillText(['name: &n demo', `description: "${description}"`, 'license: *n']),
    [no, yes, yes],
  ],
  ['name missing', skillText([`description: "${description}"`]), [no, no, no]],
  ['name empty', skillText(call('""')), [no, no, no]],
  ['name is a number', skillText(call('123')), [no, yes, yes], '123'],
  ['name in capitals', skillText(call('Demo')), [no, no, no], 'Demo'],
  ['name with an underscore', skillText(call('my_demo')), [no, no, no], 'my_demo'],
  ['name with a leading hyphen', skillText(call('"-demo"')), [no, no, no], '-demo'],
  ['name with a trailing hyphen', skillText(call('demo-')), [no, no, no], 'demo-'],
  ['name with two hyphens', skillText(call('de--mo')), [no, no, no], 'de--mo'],
  ['name of 65 characters', skillText(call('a'.repeat(65))), [no, no, no], 'a'.repeat(65)],
  ['name of 64 characters', skillText(call('a'.repeat(64))), [yes, yes, yes], 'a'.repeat(64)],
  ['name in another script', skillText(call('навык')), [no, yes, no], 'навык'],
  ['name with a reserved word', skillText(call('claude-demo')), [no, yes, yes], 'claude-demo'],
  ['name differs from the folder', skillText(call('other')), [no, no, no]],
  ['description missing', skillText(['name: demo']), [no, no, no]],
  ['description empty', skillText(describe('""')), [no, no, no]],
  ['description blank', skillText(describe('"   "')), [no, no, no]],
  [
    'description is a list',
    skillText(['name: demo', 'description:', '  - Use when', '  - needed']),
    [no, yes, yes],
  ],
  [
    'description of 1024 characters',
    skillText(describe(`"Use when ${'x'.repeat(1015)}"`)),
    [yes, yes, yes],
  ],
  [
    'description of 1025 characters',
    skillText(describe(`"Use when ${'x'.repeat(1016)}"`)),
    [no, no, no],
  ],
  ['description of 1024 emoji', skillText(describe(`"${'😀'.repeat(1024)}"`)), [no, no, no]],
  [
    'description with <tags>',
    skillText(describe('"Use when <b>bold</b> words are needed in some text"')),
    [no, yes, yes],
  ],
  [
    'description with a template',
    skillText(describe('"Use when {{name}} is to be filled in by someone"')),
    [no, yes, yes],
  ],
  ['description before name', skillText(named.toReversed()), [no, yes, no]],
  ['an unknown field', skillText([...named, 'version: "1"']), [no, no, yes]],
  ['a field only Claude Code knows', skillText([...named, 'model: "opus"']), [no, no, yes]],
  ['license is a number', skillText([...named, 'license: 2']), [no, yes, yes]],
  ['compatibility is a number', skillText([...named, 'compatibility: 20']), [no, no, yes]],
  [
    'compatibility of 501 characters',
    skillText([...named, `compatibility: "${'x'.repeat(501)}"`]),
    [no, no, yes],
  ],
  ['compatibility empty', skillText([...named, 'compatibility: ""']), [no, yes, yes]],
  ['metadata is a list', skillText([...named, 'metadata:', '  - a']), [no, yes, yes]],
  ['metadata holds a number', skillText([...named, 'metadata:', '  version: 1']), [no, yes, yes]],
  ['allowed-tools is a list', skillText([...named, 'allowed-tools:', '  - Read']), [no, yes, yes]],
  ['body empty', skillText(named, ''), [no, yes, yes]],
  ['body of 501 lines', skillText(named, 'x\n'.repeat(501)), [no, yes, no]],
  [
    'a link to no file',
    skillText(named, `${body}\nSee [more](references/more.md).\n`),
    [no, yes, yes],
  ],
  [
    'a link out of the folder',
    skillText(named, `${body}\nSee [more](../other/SKILL.md).\n`),
    [no, yes, yes],
  ],
]

export const validatorCases: readonly ValidatorCase[] = rows.map(
  ([rule, text, [ours, skillsRef, skillCheck], folder = 'demo', file = 'SKILL.md']) => ({
    rule,
    text,
    ours,
    skillsRef,
    skillCheck,
    folder,
    file,
  }),
)
