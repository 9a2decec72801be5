/** The older estimate that savings were once claimed by: no text is measured. Kept beside the measurement, as what it is. */

export interface AnalyticEstimate {
  readonly tools: number
  readonly calls: number
  readonly without: number
  readonly with: number
  /** 0.833 is its limit for many calls. */
  readonly saved: number
}

const analyticModel = {
  without: { perTool: 500, perCall: 300 },
  with: { perTool: 200, perCall: 50 },
} as const

/** The share saved as calls go on for ever: 1 − 50/300. */
export const analyticLimit: number = 1 - analyticModel.with.perCall / analyticModel.without.perCall

export function analyticEstimate(tools: number, calls: number): AnalyticEstimate {
  const { without, with: using } = analyticModel
  const before = without.perTool * tools + without.perCall * calls
  const after = using.perTool * tools + using.perCall * calls
  return {
    tools,
    calls,
    without: before,
    with: after,
    saved: before === 0 ? 0 : 1 - after / before,
  }
}
