/** A large CSV is read, joined and summed up inside the sandbox; the model sees three lines of it. */
import assert from 'node:assert/strict'

import { published, story } from './story.ts'

const program = `
import { readTextFile } from 'files'

type Row = Record<string, string>
function parse(csv: string): Row[] {
  const [head = '', ...lines] = csv.trim().split('\\n')
  const keys = head.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, at) => [keys[at] ?? '', cell])))
}

const { folder } = input as { folder: string }
const read = async (file: string) => parse((await readTextFile({ path: folder + '/' + file })).content)
const [orders, prices] = await Promise.all([read('orders.csv'), read('prices.csv')])
const price = new Map(prices.map(row => [row['item'], Number(row['price'])]))
const totals: Record<string, number> = {}
for (const { region = '', item, count } of orders) {
  totals[region] = (totals[region] ?? 0) + Number(count) * (price.get(item) ?? 0)
}
// Kept in the session: the next program of it goes on from here.
await writeFile('totals.json', JSON.stringify(totals))
export default { rows: orders.length, totals }
`

interface Found {
  readonly rows: number
  readonly totals: Readonly<Record<string, number>>
}

await story('CSV pipeline', async ({ folder, run, value, write }) => {
  await run('generate', '--name', 'files', ...published('filesystem', folder))
  const regions = ['north', 'south', 'west']
  const orders = Array.from(
    { length: 3000 },
    (_, n) => `${regions[n % 3]},item${n % 10},${(n % 5) + 1}`,
  )
  await write('orders.csv', ['region,item,count', ...orders].join('\n'))
  const prices = Array.from({ length: 10 }, (_, n) => `item${n},${n + 1}`)
  await write('prices.csv', ['item,price', ...prices].join('\n'))
  await write('program.ts', program)

  const session = ['--session', 'session_00000000-0000-4000-8000-000000000001']
  const flags = ['--input', JSON.stringify({ folder }), ...session]
  const { rows, totals } = await value<Found>('program.ts', ...flags)
  assert.deepEqual([rows, totals['north']], [3000, 18_500])

  await write('next.ts', `export default Object.keys(JSON.parse(await readFile('totals.json')))`)
  assert.deepEqual(await value('next.ts', ...session), regions)
})
