/** One program at a time in the compiler, against one set of declarations; earlier sets stay loaded for a while. */
import { type CompilerDiagnostic, errorsIn } from '../compiler-diagnostic.ts'
import type { Declarations } from '../declarations.ts'
import { programGlobals, programModule } from '../program-globals.ts'
import { decodeTree, type SyntaxNode, type SyntaxTree } from '../syntax-tree.ts'
import { Compiler, type CompilerDeps } from './compiler.ts'
import { answerFrom } from './project-files.ts'

export type Language = 'ts' | 'js'

/** What the compiler says of one program. */
export interface CompiledProgram {
  readonly errors: readonly CompilerDiagnostic[]
  readonly syntaxErrors: readonly CompilerDiagnostic[]
  readonly tree: SyntaxTree | undefined
  /** The types of expressions, in full. */
  readonly typesOf: (places: readonly SyntaxNode[]) => Promise<readonly string[]>
}

const folder = '/check'
const globalsPath = `${folder}/globals.d.ts`
const maxProjects = 8
/** NoTruncation, and InTypeAlias: what an alias stands for. */
const wholeType = 1 | 8_388_608

const compilerOptions = {
  strict: true,
  useUnknownInCatchVariables: false,
  noLib: true,
  types: [],
  target: 'esnext',
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  allowImportingTsExtensions: true,
  resolveJsonModule: false,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
}

export class CompilerProjects implements Disposable {
  readonly #compiler: Compiler
  readonly #libPaths: readonly string[]
  readonly #files = new Map<string, string>()
  /** Digests of the open projects, least recently used first. */
  readonly #open = new Set<string>()
  #modules: ReadonlyMap<string, string> = new Map()
  #servedModules = new Map<string, string>()
  #snapshot: number | undefined
  #released: Promise<unknown> = Promise.resolve()

  constructor(deps: Omit<CompilerDeps, 'files'>, lib: readonly string[]) {
    this.#libPaths = lib.map((_, index) => `${folder}/lib-${index}.d.ts`)
    for (const [index, path] of this.#libPaths.entries()) this.#files.set(path, lib[index] ?? '')
    this.#files.set(globalsPath, programGlobals + programModule)
    const lookup = (path: string): string | undefined => this.#files.get(path) ?? this.#module(path)
    const paths = (): Iterable<string> => [...this.#files.keys(), ...this.#modules.keys()]
    this.#compiler = new Compiler({ ...deps, files: answerFrom(lookup, paths) })
  }

  get isDead(): boolean {
    return this.#compiler.isDead
  }

  has({ digest }: Pick<Declarations, 'digest'>): boolean {
    return this.#open.has(digest)
  }

  async compile(
    text: string,
    language: Language,
    declarations: Declarations,
  ): Promise<CompiledProgram> {
    const { id, programs } = projectPaths(declarations)
    const stale = this.#useModules(declarations.modules)
    const isNew = !this.#open.delete(declarations.digest)
    this.#open.add(declarations.digest)
    if (isNew) this.#writeProject(declarations)
    const changed = [...stale]
    for (const [which, path] of Object.entries(programs)) {
      const wanted = which === language ? text : ''
      if (this.#files.get(path) === wanted) continue
      this.#files.set(path, wanted)
      changed.push(path)
    }
    await this.#update({
      ...(isNew ? { openProjects: [id], closeProjects: this.#evicted() } : {}),
      fileChanges: { changed },
    })
    return await this.#read(text, programs[language], id)
  }

  [Symbol.dispose](): void {
    this.#compiler[Symbol.dispose]()
  }

  async #read(text: string, file: string, project: string): Promise<CompiledProgram> {
    const about = { snapshot: this.#snapshot, project, file }
    const ask = async (method: string): Promise<unknown> =>
      await this.#compiler.request(method, about)
    const [syntax, semantic, sourceFile] = await Promise.all([
      ask('getSyntacticDiagnostics'),
      ask('getSemanticDiagnostics'),
      ask('getSourceFile'),
    ])
    const data = field(sourceFile, 'data')
    return {
      syntaxErrors: errorsIn(syntax),
      errors: errorsIn(semantic),
      tree: typeof data === 'string' ? decodeTree(data, text, file) : undefined,
      typesOf: async places => await this.#typesOf(places, project),
    }
  }

  async #typesOf(places: readonly SyntaxNode[], project: string): Promise<string[]> {
    if (places.length === 0) return []
    const about = { snapshot: this.#snapshot, project }
    const locations = places.map(({ handle }) => handle)
    const types = await this.#compiler.request('getTypeAtLocations', { ...about, locations })
    if (!Array.isArray(types)) return []
    const texts = new Map<unknown, string>()
    const read = async (type: unknown): Promise<void> => {
      const text = await this.#compiler.request('typeToString', {
        ...about,
        type,
        flags: wholeType,
      })
      texts.set(type, String(text))
    }
    const ids = types.map(type => field(type, 'id'))
    await Promise.all([...new Set(ids)].filter(id => id !== undefined).map(read))
    return ids.map(id => texts.get(id) ?? '')
  }

  async #update(params: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#released
    const earlier = this.#snapshot
    if (earlier === undefined) await this.#compiler.request('initialize', null)
    const snapshot = await this.#compiler.request('updateSnapshot', params)
    this.#snapshot = Number(field(snapshot, 'snapshot'))
    // The old one may go while the new one is read; the next one must not find it.
    if (earlier !== undefined) {
      this.#released = this.#compiler.request('release', { snapshot: earlier }).catch(() => {})
    }
  }

  #writeProject(declarations: Declarations): void {
    const { id, tools, programs } = projectPaths(declarations)
    const ofServers = Object.fromEntries(
      declarations.servers.flatMap(server => {
        const root = `/mcp-tools/servers/${server}`
        return [
          [server, [`${root}/index.ts`]],
          [`${server}/*`, [`${root}/*`, `${root}/*.ts`]],
        ]
      }),
    )
    const paths = { ...ofServers, 'skills/*': ['/mcp-tools/skills/*', '/mcp-tools/skills/*.ts'] }
    const files = [...this.#libPaths, globalsPath, tools, ...Object.values(programs)]
    this.#files.set(id, JSON.stringify({ compilerOptions: { ...compilerOptions, paths }, files }))
    this.#files.set(tools, declarations.text)
  }

  #evicted(): string[] {
    const [oldest] = this.#open
    if (oldest === undefined || this.#open.size <= maxProjects) return []
    this.#open.delete(oldest)
    const { id, tools, programs } = projectPaths({ digest: oldest })
    for (const path of [tools, ...Object.values(programs)]) this.#files.delete(path)
    return [id]
  }

  #module(path: string): string | undefined {
    const text = this.#modules.get(path)
    if (text !== undefined) this.#servedModules.set(path, text)
    return text
  }

  /** Two sets of declarations may have different texts under one path: those the compiler has read and must read again. */
  #useModules(modules: ReadonlyMap<string, string>): string[] {
    this.#modules = modules
    const stale = [...this.#servedModules].filter(([path, text]) => modules.get(path) !== text)
    for (const [path] of stale) this.#servedModules.delete(path)
    return stale.map(([path]) => path)
  }
}

function projectPaths({ digest }: Pick<Declarations, 'digest'>): {
  readonly id: string
  readonly tools: string
  readonly programs: Readonly<Record<Language, string>>
} {
  const root = `${folder}/${digest}`
  const programs = { ts: `${root}/program.ts`, js: `${root}/script.js` }
  return { id: `${root}/tsconfig.json`, tools: `${root}/tools.d.ts`, programs }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
