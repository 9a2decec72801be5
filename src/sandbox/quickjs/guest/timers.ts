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

interface Timer {
  readonly run: (...values: unknown[]) => unknown
  readonly values: unknown[]
  readonly every: number | undefined
  due: number
}

const maxTimers = 10_000
const maxDelay = 2_147_483_647
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
  if (timer.every === undefined) clearTimer(id)
  else timer.due = dateNow() + timer.every
  reflectApply(timer.run, undefined, timer.values)
}

function earliest(): number {
  let best = -1
  let bestDue = Infinity
  const ids = keys(timers)
  for (let index = 0; index < ids.length; index += 1) {
    const id = toNumber(ids[index])
    const due = timers[id]?.due ?? Infinity
    if (due < bestDue) {
      best = id
      bestDue = due
    }
  }
  return best
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
  timers[lastId] = { run, values, every: repeats ? wait : undefined, due: dateNow() + wait }
  return lastId
}

function isCallable(value: unknown): value is (...values: unknown[]) => unknown {
  return typeof value === 'function'
}
