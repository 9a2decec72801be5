/**
 * Timers by when they are due, the older first where two are due at once: a binary heap, on an object without a prototype
 * that a program could change.
 */
import { create, deleteProperty } from './intrinsics.ts'

export interface Due {
  readonly id: number
  readonly due: number
}

const heap: Record<number, Due> = create(null)
let size = 0

export function queued(): number {
  return size
}

export function first(): Due | undefined {
  return heap[0]
}

export function enqueue(entry: Due): void {
  let at = size
  size += 1
  for (let above = parentOf(at); isBefore(entry, heap[above]); above = parentOf(at)) {
    move(above, at)
    at = above
  }
  heap[at] = entry
}

/** Takes the first away. */
export function dequeue(): void {
  if (size === 0) return
  size -= 1
  const last = heap[size]
  deleteProperty(heap, size)
  if (size === 0 || last === undefined) return
  let at = 0
  for (let below = earlierChild(at); isBefore(heap[below], last); below = earlierChild(at)) {
    move(below, at)
    at = below
  }
  heap[at] = last
}

function parentOf(at: number): number {
  return at === 0 ? -1 : (at - 1) >> 1
}

function earlierChild(at: number): number {
  const left = 2 * at + 1
  return isBefore(heap[left + 1], heap[left]) ? left + 1 : left
}

function move(from: number, to: number): void {
  const entry = heap[from]
  if (entry !== undefined) heap[to] = entry
}

/** Nothing comes before what is not there, nor that before anything. */
function isBefore(a: Due | undefined, b: Due | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.due < b.due || (a.due === b.due && a.id < b.id)
}
