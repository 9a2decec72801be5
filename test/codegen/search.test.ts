/** Relevance over real servers, and what holds for every query. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createToolSearch } from '../../src/catalog/index.ts'
import { hasCorpus, readCorpus, toCatalog } from './corpus.ts'

interface Listed {
  readonly name: string
  readonly description?: string
}

function searchOf(
  servers: Readonly<Record<string, readonly Listed[]>>,
): ReturnType<typeof createToolSearch> {
  const search = createToolSearch()
  for (const [name, tools] of Object.entries(servers)) {
    search.add(toCatalog({ name, tools: tools.map(tool => ({ inputSchema: {}, ...tool })) }))
  }
  return search
}

describe.skipIf(!hasCorpus)('over the corpus', () => {
  const search = createToolSearch()
  if (hasCorpus) for (const listed of readCorpus()) search.add(toCatalog(listed))

  test.each([
    ['create a github issue', 'github-official.create_issue'],
    ['list pull requests', 'github-official.list_pull_requests'],
    ['send a slack message', 'slack-archived.slack_post_message'],
    ['search the web', 'brave-search-archived.brave_web_search'],
    ['take a screenshot of the page', 'chrome-devtools.take_screenshot'],
    ['read an excel sheet', 'excel-negokaz.excel_read_sheet'],
    ['upload file to google drive', 'google-drive.uploadFile'],
    ['run a sql query', 'dbhub.execute_sql'],
    ['directions between two places', 'google-maps-archived.maps_directions'],
    ['create dns record', 'vercel-robinson.vercel_create_dns_record'],
    ['listing droplets', 'digitalocean.droplet-list'],
    ['find meeting times', 'ms-365.find-meeting-times'],
    ['send email', 'resend.send-email'],
    ['stock price quote', 'fmp.getQuote'],
    ['trello move card to another list', 'trello.move_card'],
    ['draw a mermaid diagram', 'mermaid.generate_mermaid_diagram'],
    ['fill in a form', 'chrome-devtools.fill_form'],
    ['book airbnb stay', 'airbnb.airbnb_search'],
    ['terraform provider documentation', 'terraform.providerDetails'],
    ['kubernetes logs of a pod', 'kubernetes-flux159.kubectl_logs'],
    ['querry traces in google cloud', 'gcp-observability.list_traces'],
    ['add reaction to message', 'slack-archived.slack_add_reaction'],
  ])('%s', (query, wanted) => {
    const found = search.search(query, { limit: 5 }).map(({ server, tool }) => `${server}.${tool}`)
    expect(found).toContain(wanted)
  })

  test('a name typed as it is comes first, for every tool whose name is its own', () => {
    const tools = readCorpus().flatMap(listed => toCatalog(listed).tools.map(tool => tool.name))
    const once = tools.filter((name, index) => tools.indexOf(name) === index && index % 25 === 0)
    const missed = once.filter(name => {
      const best = search.search(name, { limit: 3 }).map(({ tool }) => tool)
      return !best.includes(name)
    })
    expect(missed.length / once.length).toBeLessThan(0.03)
  })
})

test('names are split where their writers meant it', () => {
  const search = searchOf({ s: [{ name: 'listPullRequests' }, { name: 'get-HTTPResponse_v2' }] })
  expect(search.search('pull request')[0]?.tool).toBe('listPullRequests')
  expect(search.search('http response')[0]?.tool).toBe('get-HTTPResponse_v2')
})

test('other words for the same thing find a tool, and lose against its own', () => {
  const search = searchOf({ s: [{ name: 'remove_folder' }, { name: 'delete_directory' }] })
  expect(search.search('delete directory').map(({ tool }) => tool)).toEqual([
    'delete_directory',
    'remove_folder',
  ])
})

test('equal tools come by server and name, whatever the order they were added in', () => {
  const one = searchOf({ b: [{ name: 'ping' }], a: [{ name: 'ping' }], c: [{ name: 'ping' }] })
  const two = searchOf({ c: [{ name: 'ping' }], b: [{ name: 'ping' }], a: [{ name: 'ping' }] })
  expect(one.search('ping').map(({ server }) => server)).toEqual(['a', 'b', 'c'])
  expect(two.search('ping')).toEqual(one.search('ping'))
})

test('labels count; a server can be left out, replaced and removed', () => {
  const search = createToolSearch()
  const catalog = toCatalog({ name: 'x', tools: [{ name: 'q7', inputSchema: {} }] })
  search.add(catalog, new Map([['q7', { category: 'billing', keywords: ['invoice'] }]]))
  expect(search.search('invoice')[0]?.tool).toBe('q7')
  expect(search.search('invoice', { server: 'other' })).toEqual([])
  search.add(catalog)
  expect(search.search('invoice')).toEqual([])
  expect(search.search('q7')).toHaveLength(1)
  search.remove(catalog.server.id)
  expect(search.search('q7')).toEqual([])
})

test('at most `limit` hits', () => {
  const tools = Array.from({ length: 12 }, (_value, index) => ({ name: `list_${index}` }))
  expect(searchOf({ s: tools }).search('list')).toHaveLength(10)
  expect(searchOf({ s: tools }).search('list', { limit: 12 })).toHaveLength(12)
})

test('never throws, and answers the same twice, whatever the query and the tools hold', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), text, (tools, query) => {
      const listed = tools.map(([name, description]) => ({
        name: `t${name}`.slice(0, 60),
        description,
      }))
      const search = searchOf({ s: listed })
      expect(search.search(query)).toEqual(search.search(query))
      expect(search.search(listed[0]?.name ?? '').length).toBeLessThanOrEqual(10)
    }),
    { numRuns: 300 },
  )
})

test('Chinese and Japanese are found by any two characters in a row', () => {
  const search = searchOf({
    s: [
      { name: 'a', description: '获取天气预报' },
      { name: 'b', description: '発送' },
    ],
  })
  expect(search.search('天气').map(({ tool }) => tool)).toEqual(['a'])
})
