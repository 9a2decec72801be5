/** Timers, fired by the worker against the wall clock when nothing else is to do. */
import { bridge } from './host.ts'
import {
  create,
  dateNow,
  deleteProperty,
  keys,
  RangeErrorOf,
  reflectApply,
  toNumber,
  TypeErrorOf,
} from './intrinsics.ts'
import { dequeue, enqueue, first, queued } from './timer-queue.ts'

interface Timer {
  readonly run: (...values: unknown[]) => unknown
  readonly values: unknown[]
  readonly every: number | undefined
  due: number
}

const maxTimers = 10_000
const maxDelay = 2_147_483_647
const spareEntries = 64
const timers: Record<number, Timer> = create(null)
let live = 0
let lastId = 0
let isKnown = false

export function setTimer(run: unknown, delay: unknown, values: unknown[]): number {
  return add(run, delay, { values, repeats: false })
}

export function setRepeating(run: unknown, delay: unknown, values: unknown[]): number {
  return add(run, delay, { values, repeats: true })
}

export function clearTimer(id: unknown): void {
  const key = toNumber(id)
  if (timers[key] === undefined) return
  deleteProperty(timers, key)
  live -= 1
  // What was cleared stays in the queue until it is its turn: at most as many as are alive, and a few.
  if (queued() > 2 * live + spareEntries) rebuild()
}

/** When the next timer is due, in milliseconds since 1970; -1 without any. */
export function nextDue(): number {
  return timers[earliest()]?.due ?? -1
}

/** Runs the one timer that has been due longest. */
export function fireNext(): void {
  const id = earliest()
  const timer = timers[id]
  if (timer === undefined || timer.due > dateNow()) return
  dequeue()
  if (timer.every === undefined) {
    deleteProperty(timers, id)
    live -= 1
  } else {
    timer.due = dateNow() + timer.every
    enqueue({ id, due: timer.due })
  }
  reflectApply(timer.run, undefined, timer.values)
}

/** Of those that have not been cleared; -1 where there is none. */
function earliest(): number {
  for (let next = first(); next !== undefined; next = first()) {
    if (timers[next.id] !== undefined) return next.id
    dequeue()
  }
  return -1
}

function rebuild(): void {
  while (first() !== undefined) dequeue()
  const ids = keys(timers)
  for (let index = 0; index < ids.length; index += 1) {
    const id = toNumber(ids[index])
    const due = timers[id]?.due
    if (due !== undefined) enqueue({ id, due })
  }
}

function add(
  run: unknown,
  delay: unknown,
  { values, repeats }: { values: unknown[]; repeats: boolean },
): number {
  if (!isCallable(run)) throw new TypeErrorOf('A timer needs a function')
  if (live >= maxTimers) throw new RangeErrorOf(`Cannot set a timer: ${maxTimers} are waiting`)
  if (!isKnown) bridge('timers')
  isKnown = true
  const asked = toNumber(delay)
  const wait = asked >= 1 && asked <= maxDelay ? asked : 1
  lastId += 1
  live += 1
  const due = dateNow() + wait
  timers[lastId] = { run, values, every: repeats ? wait : undefined, due }
  enqueue({ id: lastId, due })
  return lastId
}

function isCallable(value: unknown): value is (...values: unknown[]) => unknown {
  return typeof value === 'function'
}
