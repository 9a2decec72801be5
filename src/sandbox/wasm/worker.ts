/** Entry point of a worker for WebAssembly modules: a fresh instance for every run. */
import { parentPort, workerData } from 'node:worker_threads'

import { Line } from '../worker/line.ts'
import type { FromWorker, WorkerSetup } from '../worker/protocol.ts'
import type { WasmJob, WasmReport } from './messages.ts'
import { WasmRun } from './run.ts'

/** A worker whose run held more than this is replaced: its memory goes with it. */
const keptMemoryBytes = 32 << 20

function start(): void {
  const port = parentPort
  // What the main thread passed, in the same build of the same package.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { control, answers } = workerData as WorkerSetup
  if (port === null) throw new Error('A sandbox worker was started outside a worker thread')
  const post = (message: FromWorker<WasmReport>): void => {
    port.postMessage(message)
  }
  const cells = new Int32Array(control)
  port.on('message', (job: WasmJob) => {
    const report = new WasmRun(job, new Line({ post, cells, answers, run: job.run })).complete()
    post({ ...report, retire: report.memoryPeakBytes > keptMemoryBytes })
  })
  post({ type: 'ready' })
}

start()
