/** Forty issues, some of them forgotten, and what one can do with them. */

type Arguments = Readonly<Record<string, unknown>>

interface Issue {
  readonly number: number
  readonly title: string
  readonly labels: readonly string[]
  readonly state: 'open' | 'closed'
  readonly daysIdle: number
  readonly comments: readonly string[]
}

const areas = ['docs', 'parser', 'cli', 'network', 'cache'] as const
const kinds = ['bug', 'feature', 'question'] as const
const seeded = 40

export class Tracker {
  readonly #issues = new Map<number, Issue>()

  constructor() {
    for (let number = 1; number <= seeded; number++) this.#issues.set(number, seed(number))
  }

  /** Throws what an `isError` answer should say. */
  call(tool: string, args: Arguments): Record<string, unknown> {
    switch (tool) {
      case 'create_issue':
        return this.#create(args)
      case 'get_issue':
        return { ...this.#get(args) }
      case 'list_issues':
        return this.#list(args)
      case 'add_comment':
        return this.#change(args, issue => ({
          ...issue,
          comments: [...issue.comments, String(args['body'])],
        }))
      case 'close_issue':
        return this.#change(args, issue => ({ ...issue, state: 'closed' }))
      case 'set_labels':
        return this.#change(args, issue => ({ ...issue, labels: textList(args['labels']) }))
      case 'search_issues':
        return { issues: this.#all().filter(issue => issue.title.includes(String(args['query']))) }
      case 'list_labels':
        return { labels: [...areas, ...kinds] }
      default:
        throw new Error(`There is no tool ${tool}`)
    }
  }

  #create({ title, labels }: Arguments): Record<string, unknown> {
    const number = this.#issues.size + 1
    const issue: Issue = {
      number,
      title: String(title),
      labels: textList(labels),
      state: 'open',
      daysIdle: 0,
      comments: [],
    }
    this.#issues.set(number, issue)
    return { ...issue }
  }

  #get({ number }: Arguments): Issue {
    const issue = this.#issues.get(Number(number))
    if (issue === undefined) throw new Error(`There is no issue ${Number(number)}`)
    return issue
  }

  #list({
    state = 'open',
    label,
    page = 1,
    per_page: perPage = 30,
  }: Arguments): Record<string, unknown> {
    const found = this.#all().filter(
      issue =>
        (state === 'all' || issue.state === state) &&
        (typeof label !== 'string' || issue.labels.includes(label)),
    )
    const start = (Number(page) - 1) * Number(perPage)
    return { issues: found.slice(start, start + Number(perPage)), total: found.length }
  }

  #change(args: Arguments, change: (issue: Issue) => Issue): Record<string, unknown> {
    const issue = { ...change(this.#get(args)), daysIdle: 0 }
    this.#issues.set(issue.number, issue)
    return { ...issue }
  }

  #all(): readonly Issue[] {
    return [...this.#issues.values()]
  }
}

/** The same forty every time. */
function seed(number: number): Issue {
  const area = areas[number % areas.length] ?? 'docs'
  const kind = kinds[number % kinds.length] ?? 'bug'
  return {
    number,
    title: `${kind} in ${area} (${number})`,
    labels: [area, kind],
    state: number % 7 === 0 ? 'closed' : 'open',
    daysIdle: (number * 37) % 120,
    comments: [],
  }
}

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
