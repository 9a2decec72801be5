import { z } from 'zod'

import type { Tool } from '../../catalog/index.ts'
import type { ToolLabel } from '../../codegen/index.ts'
import { quoteName } from '../../text/index.ts'
import type { Backend } from '../backend.ts'
import type { Introspections } from '../introspections.ts'
import { defineTool, type ServerTool } from '../tool.ts'

const uncategorized = 'uncategorized'

const categorizedTool = z.strictObject({
  name: z.string(),
  category: z.string().max(64),
  keywords: z.array(z.string().max(64)).max(32),
  short_description: z.string().max(1024),
})

type CategorizedTool = z.output<typeof categorizedTool>

export function saveCategorizedTools(
  { saveTree }: Pick<Backend, 'saveTree'>,
  introspections: Introspections,
): ServerTool {
  return defineTool({
    name: 'save_categorized_tools',
    title: 'Save a typed tree',
    description: 'Write the introspected tools as TypeScript files; uncategorised ones too.',
    input: z.strictObject({
      session_id: z.string(),
      categorized_tools: z.array(categorizedTool),
    }),
    output: z.object({
      files_generated: z.int(),
      output_dir: z.string(),
      categories: z.looseObject({}),
      errors: z.array(z.string()),
    }),
    annotations: { readOnlyHint: false, openWorldHint: false },
    run: async ({ session_id: id, categorized_tools: categorized }, { signal }) => {
      const { outputDir, ...introspected } = introspections.get(id)
      const { catalog } = introspected
      const { labels, errors } = labelsFor(catalog.tools, categorized)
      const folder = outputDir === undefined ? {} : { folder: outputDir }
      const saved = await saveTree(introspected, { signal, labels, ...folder })
      introspections.delete(id)
      return {
        structured: {
          files_generated: saved.files,
          output_dir: saved.dir,
          categories: countCategories(catalog.tools, labels),
          errors,
        },
      }
    },
  })
}

interface Labelled {
  readonly labels: ReadonlyMap<string, ToolLabel>
  readonly errors: readonly string[]
}

// A name the server does not have, or has been given twice, is reported; the rest is saved all the same.
function labelsFor(tools: readonly Tool[], categorized: readonly CategorizedTool[]): Labelled {
  const known = new Set<string>(tools.map(tool => tool.name))
  const labels = new Map<string, ToolLabel>()
  const errors: string[] = []
  for (const { name, category, keywords, short_description: shortDescription } of categorized) {
    const problem = problemWith(name, known, labels)
    if (problem === undefined) labels.set(name, { category, keywords, shortDescription })
    else errors.push(`${quoteName(name)}: ${problem}`)
  }
  return { labels, errors }
}

function problemWith(
  name: string,
  known: ReadonlySet<string>,
  labels: ReadonlyMap<string, ToolLabel>,
): string | undefined {
  if (!known.has(name)) return 'the server has no such tool'
  return labels.has(name) ? 'categorised twice; the first counts' : undefined
}

function countCategories(
  tools: readonly Tool[],
  labels: ReadonlyMap<string, ToolLabel>,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of tools) {
    const category = labels.get(name)?.category ?? uncategorized
    counts.set(category, (counts.get(category) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
