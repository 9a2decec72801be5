/** Server scenarios that do not apply to our server, and why: everything else must pass (docs/reference/conformance.md). */

const noPrompts = 'our server offers no prompts'
const fixtureTool = 'calls a diagnostic tool of the suite that only a test server has'
const fixtureResource = 'reads a resource of the suite that only a test server has'
const asksClient = 'our server never asks the client for input: programs run without a person'
const tasks = 'the tasks extension is not offered'

const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^prompts-/, noPrompts],
  [/^completion-complete$/, 'our server offers nothing to complete'],
  [/^logging-set-level$/, 'logging is deprecated since 2026-07-28; our server logs to stderr'],
  [
    /^tools-call-with-logging$/,
    'logging is deprecated since 2026-07-28; our server logs to stderr',
  ],
  [/^tools-call-(sampling|elicitation)$/, asksClient],
  [/^elicitation-/, asksClient],
  [/^input-required-/, asksClient],
  [/^resources-(read|templates)/, fixtureResource],
  [/^resources-(un)?subscribe$/, 'our resources do not change while they exist'],
  [/^http-custom-header-server-validation$/, fixtureTool],
  [
    /^server-sse-polling$/,
    'resumable streams were removed in 2026-07-28; our streams end with their request',
  ],
  [/^tasks-/, tasks],
  [/^sep-2640-/, 'the skills extension (beta) is not offered'],
]

/** Scenarios of which only some checks do not apply: how many, and why. All others of them must pass. */
const partly: ReadonlyMap<string, { readonly checks: number; readonly reason: string }> = new Map([
  ['caching', { checks: 1, reason: `${noPrompts}, and one check lists them` }],
  ['server-stateless', { checks: 4, reason: fixtureTool }],
])

/** How many failing checks of a scenario do not apply to our server. */
export function checksNotApplicable(scenario: string): number {
  return partly.get(scenario)?.checks ?? 0
}

/** Tools that are the suite's own: they apply once a fixture server stands behind ours. */
const fixtureTools = /^(tools-call-|json-schema-2020-12$)/

export function whyNotApplicable(scenario: string, hasFixture: boolean): string | undefined {
  const reason = reasons.find(([pattern]) => pattern.test(scenario))?.[1]
  if (reason !== undefined) return reason
  return !hasFixture && fixtureTools.test(scenario) ? fixtureTool : undefined
}
