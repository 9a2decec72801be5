/** The limits of one run: a profile's, with single ones replaced; nonsense is refused, never clamped. */
import { ExecutionError } from '../errors.ts'
import { memoryLimit } from '../ids.ts'
import { type Limits, type Profile, profiles } from '../sandbox/index.ts'

export const defaultProfile: Profile = 'moderate'

interface Bound {
  readonly what: string
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

const bounds: Readonly<Partial<Record<keyof Limits, Bound>>> = {
  wallMs: { what: 'time limit in milliseconds', min: 1, max: 3_600_000, whole: false },
  fuel: { what: 'fuel limit', min: 1, max: 1e15, whole: true },
  hostCalls: { what: 'host call limit', min: 0, max: 1_000_000, whole: true },
  inFlight: { what: 'limit of calls in flight', min: 1, max: 1000, whole: true },
}

export function chosenLimits(
  profile: Profile = defaultProfile,
  overrides: Partial<Limits> = {},
): Limits {
  const limits = { ...profiles[profile], ...overrides }
  for (const [name, bound] of Object.entries(bounds)) {
    const value = Object.entries(limits).find(([key]) => key === name)?.[1]
    if (value !== undefined) check(value, bound)
  }
  return { ...limits, memoryBytes: memoryLimit(limits.memoryBytes) }
}

function check(value: number, { what, min, max, whole }: Bound): void {
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return
  const kind = whole ? 'a whole number' : 'a number'
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot use the ${what} ${value}: give ${kind} from ${min} to ${max}`,
  )
}
