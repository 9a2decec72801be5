/** Changes to a text that keep count of how they move its columns. */
import { type Insertion, lineBreak } from './prepared.ts'

export class Edits {
  readonly #source: string
  readonly #inserted: { at: number; text: string }[] = []
  readonly #blanked: { start: number; end: number }[] = []

  constructor(source: string) {
    this.#source = source
  }

  /** Puts text (without line breaks) at an offset. */
  insert(at: number, text: string): void {
    this.#inserted.push({ at, text })
  }

  /** Replaces a range by spaces, line breaks kept. */
  blank(start: number, end: number): void {
    this.#blanked.push({ start, end })
  }

  apply(): { readonly code: string; readonly insertions: Insertion[] } {
    let text = this.#source
    for (const { start, end } of this.#blanked) {
      text =
        text.slice(0, start) + text.slice(start, end).replace(/[^\n\r]/g, ' ') + text.slice(end)
    }
    const insertions: Insertion[] = []
    const sorted = this.#inserted.toSorted((a, b) => a.at - b.at)
    const parts: string[] = []
    let copied = 0
    for (const { at, text: added } of sorted) {
      parts.push(text.slice(copied, at), added)
      copied = at
      insertions.push(this.#place(at, added.length, insertions))
    }
    parts.push(text.slice(copied))
    return { code: parts.join(''), insertions }
  }

  #place(at: number, length: number, earlier: readonly Insertion[]): Insertion {
    const before = this.#source.slice(0, at).split(lineBreak)
    const line = before.length
    const shift = earlier.reduce((sum, one) => sum + (one.line === line ? one.length : 0), 0)
    return { line, column: (before.at(-1)?.length ?? 0) + shift, length }
  }
}
