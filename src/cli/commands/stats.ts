/** `stats`: what every process of this user has counted so far. */
import { statsFolder } from '../../daemon/index.ts'
import type { ExitCode } from '../../errors.ts'
import { readStats, type ToolTotals, type Totals } from '../../stats/index.ts'
import { cleanLine, formatBytes } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

const statsAreas = ['all', 'bridge', 'runtime', 'skills', 'tokens'] as const
export type StatsArea = (typeof statsAreas)[number]

export async function stats(area: StatsArea, world: World): Promise<ExitCode> {
  const totals = await readStats(statsFolder(world.places))
  const wanted = area === 'all' ? statsAreas.filter(each => each !== 'all') : [area]
  const data = Object.fromEntries(wanted.map(each => [each, figures(each, totals)]))
  const shown = area === 'all' ? { since: since(totals), ...data } : data[area]
  print(world, {
    data: shown,
    pretty: colors =>
      wanted.map(each => `${colors.bold(each)}\n${pretty(each, totals)}`).join('\n\n'),
  })
  return 0
}

function since(totals: Totals): string | null {
  return totals.since === undefined ? null : new Date(totals.since).toISOString()
}

function figures(area: StatsArea, totals: Totals): unknown {
  if (area !== 'bridge') return counters(area, totals)
  return {
    ...sums(totals),
    outcomes: Object.fromEntries(totals.outcomes),
    tools: [...totals.tools].map(([key, tool]) => {
      const [server, name] = key.split('\n')
      return { server, tool: name, ...tool }
    }),
  }
}

function counters(area: StatsArea, totals: Totals): Record<string, number> {
  const mine = [...totals.counters].filter(([name]) => name.startsWith(`${area}.`))
  return Object.fromEntries(mine.map(([name, value]) => [name.slice(area.length + 1), value]))
}

function sums({ tools }: Totals): Omit<ToolTotals, 'maxMs'> {
  const sum = (figure: keyof ToolTotals): number =>
    [...tools.values()].reduce((total, tool) => total + tool[figure], 0)
  return {
    calls: sum('calls'),
    ok: sum('ok'),
    failed: sum('failed'),
    cached: sum('cached'),
    durationMs: sum('durationMs'),
    bytesIn: sum('bytesIn'),
    bytesOut: sum('bytesOut'),
  }
}

function pretty(area: StatsArea, totals: Totals): string {
  if (area !== 'bridge') {
    const rows = Object.entries(counters(area, totals)).map(([name, value]) => [
      name,
      String(value),
    ])
    return rows.length === 0 ? 'nothing yet' : table(rows)
  }
  const { calls, ok, failed, cached, bytesIn, bytesOut } = sums(totals)
  if (calls === 0) return 'nothing yet'
  const rows = [...totals.tools].toSorted(([, a], [, b]) => b.calls - a.calls).slice(0, 20)
  const head = `${calls} calls: ${ok} ok, ${failed} failed, ${cached} from the cache; ${formatBytes(bytesIn)} sent, ${formatBytes(bytesOut)} received`
  return `${head}\n${table(rows.map(toolRow))}`
}

function toolRow([key, { calls, failed, durationMs, maxMs }]: readonly [
  string,
  ToolTotals,
]): string[] {
  const mean = (durationMs / calls).toFixed(1)
  return [
    cleanLine(key.replace('\n', '.')),
    `${calls} calls`,
    `${failed} failed`,
    `${mean} ms mean`,
    `${maxMs.toFixed(1)} ms most`,
  ]
}
