/** What declarations share: examples in help, repeated flags, numbers. */
import { InvalidArgumentError } from '@commander-js/extra-typings'

/** The block of runnable examples that every help starts with. */
export function examples(lines: readonly string[]): string {
  return `Examples:\n${lines.map(line => `  ${line}\n`).join('')}`
}

/** For flags that may be repeated: `.option('--arg <value>', '…', collect, [])`. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value]
}

/** For flags that take a whole number: `.option('--port <port>', '…', wholeNumber(0, 65_535))`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return text => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
  }
}

/** For flags that take a duration: more than 0 seconds, and at most `max`; decimals are fine. */
export function seconds(max: number): (text: string) => number {
  return text => {
    const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (number > 0 && number <= max) return number
    throw new InvalidArgumentError(`Give more than 0 and at most ${max} seconds.`)
  }
}
