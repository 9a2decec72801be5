/** `debug system|connections`: figures for a bug report. */
import { cpus, totalmem, type as systemName, release } from 'node:os'

import type { ExitCode } from '../../errors.ts'
import { packageVersion } from '../../package-root.ts'
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

export async function debugConnections(world: World): Promise<ExitCode> {
  const status = await daemonStatus(world)
  const connections = status?.connections ?? []
  print(world, {
    data: { daemon: status?.pid ?? null, connections },
    pretty: () => (connections.length === 0 ? 'No connections' : connectionTable(connections)),
  })
  return 0
}
