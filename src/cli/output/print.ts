/** The one seam through which results reach stdout, in the format asked for (contract §1). */
import type { World } from '../world.ts'
import type { Colors } from './colors.ts'

export interface Report {
  /** What `--format json` prints, indented by two; also `--format text`, on one line, unless `text` is given. */
  readonly data: unknown
  /** For people. */
  readonly pretty: (colors: Colors) => string
  /** `--format text` for commands that list: plain lines. */
  readonly text?: readonly string[]
}

export type PrintWorld = Pick<World, 'format' | 'out' | 'colors'>

export function print(world: PrintWorld, report: Report): void {
  world.out(endLine(render(world, report)))
}

function render({ format, colors }: PrintWorld, { data, pretty, text }: Report): string {
  switch (format) {
    case 'json':
      return JSON.stringify(data, undefined, 2) ?? 'null'
    case 'text':
      return text === undefined ? (JSON.stringify(data) ?? 'null') : text.join('\n')
    case 'pretty':
      return pretty(colors.out)
    default:
      return format satisfies never
  }
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
