/**
 * `npm run tokens`: what tools cost a model's context in each view of them, against the list a client would load. Over the
 * corpus of real servers where it is present, else over the servers among our own development dependencies.
 */
import { createRequire } from 'node:module'

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import {
  measureViews,
  summarizeViews,
  type ToolTokens,
  type ViewReport,
} from '../src/tokens/index.ts'
import { hasCorpus, type Listed, readCorpus, toCatalog } from '../test/codegen/corpus.ts'

const installed = [
  { name: 'everything', file: '@modelcontextprotocol/server-everything/dist/index.js' },
  {
    name: 'filesystem',
    file: '@modelcontextprotocol/server-filesystem/dist/index.js',
    args: ['.'],
  },
  { name: 'memory', file: '@modelcontextprotocol/server-memory/dist/index.js' },
  {
    name: 'sequential-thinking',
    file: '@modelcontextprotocol/server-sequential-thinking/dist/index.js',
  },
]

const goals = {
  file: '0.95 / 0.82',
  describe: '0.76 / 0.74',
  compact: '0.35 / 0.25',
  index: '- / 0.08',
}

/** The views' names for people. */
const titles = {
  file: 'tool file',
  describe: 'describe, with docs',
  compact: 'describe, compact',
  index: 'index line',
}

await main()

async function main(): Promise<void> {
  const lists = hasCorpus ? readCorpus() : await listInstalled()
  const all: ToolTokens[] = []
  const rows: { readonly name: string; readonly report: ViewReport }[] = []
  for (const listed of lists) {
    const tools = await measureViews(toCatalog(listed))
    rows.push({ name: listed.name, report: summarizeViews(tools) })
    all.push(...tools)
  }
  console.log(
    `${hasCorpus ? 'Corpus' : 'Installed servers'}: ${lists.length} servers, o200k tokens\n`,
  )
  printServers(rows)
  printTotal(summarizeViews(all))
}

function printServers(
  rows: readonly { readonly name: string; readonly report: ViewReport }[],
): void {
  console.log(
    line(['server', 'tools', 'list', ...Object.values(titles).map(title => `${title} ×`)]),
  )
  for (const { name, report } of rows) {
    const ratios = report.views.map(({ ratio }) => ratio.toFixed(2))
    console.log(line([name, String(report.toolCount), String(report.listed), ...ratios]))
  }
}

function printTotal({ toolCount, listed, views }: ViewReport): void {
  console.log(`\nAll ${toolCount} tools: ${listed} tokens as a list\n`)
  console.log(line(['view', 'tokens', 'median ×', 'sum ×', 'goal']))
  for (const { view, tokens, ratio, medianRatio } of views) {
    console.log(
      line([titles[view], String(tokens), medianRatio.toFixed(3), ratio.toFixed(3), goals[view]]),
    )
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

async function listInstalled(): Promise<readonly Listed[]> {
  const resolve = createRequire(import.meta.url).resolve
  const lists: Listed[] = []
  for (const { name, file, args = [] } of installed) {
    const client = new Client({ name: 'tokens', version: '1.0.0' })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [resolve(file), ...args],
      stderr: 'ignore',
    })
    await client.connect(transport)
    const { tools } = await client.listTools()
    lists.push({ name, tools: tools.map(tool => ({ ...tool })) })
    await client.close()
  }
  return lists
}
