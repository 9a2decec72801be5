/** What this engine's worker needs beyond the common protocol. */
import type { VirtualModules } from '../engine.ts'
import type { Prepared } from '../program/prepared.ts'
import type { Job, Report, WorkerSetup } from '../worker/protocol.ts'
import type { Image } from './vm.ts'

export interface QuickJsSetup extends WorkerSetup {
  readonly module: WebAssembly.Module
  /** Its bytes are shared by all workers. */
  readonly image: Image
}

export interface QuickJsJob extends Job {
  readonly source: string
  readonly fileName: string
  /** Sent when this worker does not have them yet. */
  readonly modules: VirtualModules | undefined
  readonly modulesId: number
  readonly prepared: Prepared | undefined
  /** JSON text by name; what the program finds as globals of its own. */
  readonly globals: Readonly<Record<string, string>>
}

export interface QuickJsReport extends Report {
  /** Set when it was made in this run. */
  readonly prepared: Prepared | undefined
}
