/** Whether a stream gets colour, and the colours (contract §1). */
import pc from 'picocolors'

export type Colors = ReturnType<typeof pc.createColors>

export interface ColorQuestion {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isTerminal: boolean
  /** `--no-color` gives false. */
  readonly wanted?: boolean | undefined
}

/** `--no-color` first, then NO_COLOR, FORCE_COLOR, a dumb terminal, and at last whether it is a terminal at all. */
export function colorsFor(question: ColorQuestion): Colors {
  return pc.createColors(isColored(question))
}

function isColored({ env, isTerminal, wanted }: ColorQuestion): boolean {
  if (wanted === false) return false
  if (isSet(env['NO_COLOR'])) return false
  const forced = env['FORCE_COLOR']
  if (isSet(forced)) return forced !== '0' && forced !== 'false'
  return isTerminal && env['TERM'] !== 'dumb'
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}
