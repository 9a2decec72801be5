/**
 * How fast a catalog becomes a tree: the whole corpus against json-schema-to-typescript on the same schemas and against
 * JSON.parse + JSON.stringify of the same bytes; simple tools a second; and how time grows up to 10,000 tools.
 * Medians of processor time over runs in one process, of what `npm run build` made: `npx tsx bench/codegen.ts [runs]`. (tsx
 * wraps the functions of sources to keep their names, which slows them.) Without the corpus it uses made-up tools only.
 */
import { compile, type JSONSchema } from 'json-schema-to-typescript'

import type { Catalog } from '../src/catalog/index.ts'
import type * as codegen from '../src/codegen/index.ts'
import { hasCorpus, readCorpus, toCatalog } from '../test/codegen/corpus.ts'

const runs = Number(process.argv[2] ?? 15)
const options = {
  generator: { name: 'mcp-execution', version: '0.0.0' },
  generatedAt: '2026-01-01T00:00:00.000Z',
  configFingerprint: '',
  mode: 'progressive',
  extras: [],
} as const

const built = new URL('../dist/codegen.js', import.meta.url).href
const { generate, nameTools, toolModule } = (await import(built)) as typeof codegen

await main()

async function main(): Promise<void> {
  if (hasCorpus) await benchCorpus(readCorpus().map(listed => toCatalog(listed)))
  else console.log('The corpus is not here: only made-up tools are measured\n')
  benchSimple()
  benchGrowth()
}

async function benchCorpus(catalogs: readonly Catalog[]): Promise<void> {
  const texts = catalogs.map(({ tools }) => JSON.stringify(tools))
  const bytes = texts.reduce((sum, text) => sum + text.length, 0)
  const tools = catalogs.reduce((sum, catalog) => sum + catalog.tools.length, 0)
  console.log(
    `Corpus: ${catalogs.length} servers, ${tools} tools, ${(bytes / 1e6).toFixed(1)} MB of JSON`,
  )
  const floor = median(() => {
    for (const text of texts) JSON.stringify(JSON.parse(text))
  })
  const files = median(() => {
    for (const catalog of catalogs) for (const named of nameTools(catalog)) toolModule(named)
  })
  const trees = median(() => {
    for (const catalog of catalogs) generate(catalog, options)
  })
  const rival = await rivalMs(catalogs, false)
  const formatted = await rivalMs(catalogs, true)
  console.log(`  JSON.parse + JSON.stringify   ${ms(floor)}`)
  console.log(
    `  tool files                    ${ms(files)}  ${(files / floor).toFixed(1)} × the JSON`,
  )
  console.log(
    `  whole trees                   ${ms(trees)}  ${(trees / floor).toFixed(1)} × the JSON`,
  )
  const against = (elapsed: number): string =>
    `we are ${(elapsed / files).toFixed(0)} × as fast with files, ${(elapsed / trees).toFixed(0)} × with trees`
  console.log(`  json-schema-to-typescript     ${ms(rival)}  ${against(rival)}`)
  console.log(`    as it comes, with Prettier  ${ms(formatted)}  ${against(formatted)}\n`)
}

/** One run over every input and output schema, never following references; unformatted is its fastest setting. */
async function rivalMs(catalogs: readonly Catalog[], format: boolean): Promise<number> {
  const schemas = catalogs.flatMap(({ tools }) =>
    tools.flatMap(tool => [tool.inputSchema, tool.outputSchema]),
  )
  let failed = 0
  const started = cpuMs()
  for (const schema of schemas) {
    if (typeof schema !== 'object') continue
    try {
      await compile(structuredClone(schema) as JSONSchema, 'Params', {
        format,
        bannerComment: '',
        $refOptions: { resolve: { file: false, http: false, external: false } },
      })
    } catch {
      failed++
    }
  }
  const elapsed = cpuMs() - started
  if (failed > 0) console.log(`  (json-schema-to-typescript failed on ${failed} schemas)`)
  return elapsed
}

function benchSimple(): void {
  const catalog = simpleCatalog(10_000)
  const elapsed = median(() => {
    generate(catalog, options)
  })
  console.log(
    `Simple tools: ${Math.round(10_000 / (elapsed / 1000)).toLocaleString('en')} a second, whole trees\n`,
  )
}

function benchGrowth(): void {
  console.log('Growth, whole trees of simple tools:')
  for (const count of [10, 100, 1000, 10_000]) {
    const catalog = simpleCatalog(count)
    const elapsed = median(() => {
      generate(catalog, options)
    })
    console.log(
      `  ${String(count).padStart(6)} tools  ${ms(elapsed)}  ${((elapsed / count) * 1000).toFixed(1)} µs a tool`,
    )
  }
}

function simpleCatalog(count: number): Catalog {
  const tools = Array.from({ length: count }, (_value, index) => ({
    name: `do_thing_${index}`,
    description: 'Does one thing and says what came of it.',
    inputSchema: {
      type: 'object',
      properties: {
        owner: { type: 'string', description: 'Who owns the thing' },
        count: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
        state: { type: 'string', enum: ['open', 'closed'] },
      },
      required: ['owner'],
    },
  }))
  return toCatalog({ name: 'simple', tools })
}

function median(run: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const started = cpuMs()
    run()
    return cpuMs() - started
  })
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0
}

/** Time this process spent on a processor: on a shared machine the clock on the wall measures the others. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(10)
}
