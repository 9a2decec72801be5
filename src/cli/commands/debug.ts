/** `debug system|cache|modules|connections`: figures for a bug report. */
import { existsSync, readdirSync } from 'node:fs'
import { cpus, totalmem, type as systemName, release } from 'node:os'

import type { ExitCode } from '../../errors.ts'
import { builtFile, packageVersion } from '../../package-root.ts'
import { formatBytes } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'
import { connectionTable, daemonStatus } from './daemon.ts'

export async function debugSystem(world: World): Promise<ExitCode> {
  const { places, platform } = world
  const data = {
    version: packageVersion(),
    node: process.versions.node,
    platform,
    arch: process.arch,
    system: `${systemName()} ${release()}`,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    typeStripping: 'typescript' in process.features && Boolean(process.features.typescript),
    places,
    daemon: (await daemonStatus(world)) ?? null,
  }
  const { daemon, memoryBytes } = data
  const facts = [
    ['mcp-execution', data.version],
    ['node', `${data.node} (${platform}-${data.arch})`],
    [
      'runs .ts files',
      data.typeStripping ? 'yes' : 'no: use mcp-execution call, or Node 22.18 and later',
    ],
    ['system', data.system],
    ['machine', `${data.cpus} cpus, ${formatBytes(memoryBytes)}`],
    [
      'daemon',
      daemon === null
        ? 'does not run'
        : `process ${daemon.pid}, ${daemon.connections.length} connections`,
    ],
    ...Object.entries(places),
  ]
  print(world, { data, pretty: () => table(facts) })
  return 0
}

/** Which built parts are there: a broken installation shows here. */
export async function debugModules(world: World): Promise<ExitCode> {
  const found = ['workers', 'assets', 'assets/runtime'].flatMap(folder =>
    filesIn(builtFile(folder)).map(name => `${folder}/${name}`),
  )
  const names = [...new Set([...essential, ...found])].toSorted()
  const files = names.map(name => ({ name, present: existsSync(builtFile(name)) }))
  const { versions } = process
  const data = { files, versions: { ...versions } }
  const rows = files.map(({ name, present }) => [name, present ? 'present' : 'missing'])
  print(world, { data, pretty: () => table([...rows, ['v8', versions.v8], ['uv', versions.uv]]) })
  return files.every(({ present }) => present) ? 0 : 1
}

const essential = ['workers/daemon.js', 'assets/runtime/mcp-bridge.ts']

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => entry.name)
}

export async function debugConnections(world: World): Promise<ExitCode> {
  const status = await daemonStatus(world)
  const connections = status?.connections ?? []
  print(world, {
    data: { daemon: status?.pid ?? null, connections },
    pretty: () => (connections.length === 0 ? 'No connections' : connectionTable(connections)),
  })
  return 0
}
