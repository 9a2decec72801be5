/** Entry point of a sandbox worker: one engine, one run at a time, its memory reset after each. */
import { randomFillSync } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

import { Line } from '../worker/line.ts'
import type { FromWorker } from '../worker/protocol.ts'
import { vmImports } from './imports.ts'
import type { QuickJsJob, QuickJsReport, QuickJsSetup } from './messages.ts'
import { ModuleMemory } from './module-texts.ts'
import { Run } from './run.ts'
import { Vm } from './vm.ts'

/** A worker that holds more than this beyond its start is replaced: memory of an engine cannot shrink. */
const keptGrowthBytes = 32 << 20
const rememberedTrees = 4

function start(): void {
  const port = parentPort
  // What the main thread passed, in the same build of the same package.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { module, image, control, answers } = workerData as QuickJsSetup
  if (port === null) throw new Error('A sandbox worker was started outside a worker thread')
  const post = (message: FromWorker<QuickJsReport>): void => {
    port.postMessage(message)
  }
  const cells = new Int32Array(control)
  const trees = new Map<number, ReadonlyMap<string, string>>()
  const memory = new ModuleMemory()
  let current: Run | undefined
  const vm = Vm.start(
    module,
    image,
    vmImports({
      now: Date.now,
      random: bytes => {
        randomFillSync(bytes)
      },
      interrupt: () => current?.interrupt(),
      bridge: args => current?.host.bridge(args) ?? '',
      resolveModule: (from, specifier) => current?.modules.resolve(from, specifier),
      loadModule: path => current?.modules.load(path),
    }),
  )

  const execute = (job: QuickJsJob): void => {
    const line = new Line({ post, cells, answers, run: job.run })
    const modules = rememberTree(trees, job)
    current = new Run(vm, { ...job, modules }, { line, memory })
    const report = current.complete()
    current = undefined
    const retire = report.retire || vm.reservedBytes > vm.baseBytes + keptGrowthBytes
    post({ ...report, retire })
    vm.reset()
    randomFillSync(vm.randomState)
  }

  randomFillSync(vm.randomState)
  port.on('message', execute)
  post({ type: 'ready' })
}

/** Module trees are sent once; later runs name them by number. */
function rememberTree(
  trees: Map<number, ReadonlyMap<string, string>>,
  { modules, modulesId }: QuickJsJob,
): ReadonlyMap<string, string> | undefined {
  if (modules === undefined) return trees.get(modulesId)
  const [oldest] = trees.keys()
  if (trees.size >= rememberedTrees && oldest !== undefined) trees.delete(oldest)
  trees.set(modulesId, modules)
  return modules
}

start()
