/** `setup`: what this machine can run, what is configured, and what to do next (contract §11). */
import type { ExitCode } from '../../errors.ts'
import { type Colors, print, table } from '../output/index.ts'
import { type Check, runChecks } from '../setup-checks.ts'
import type { World } from '../world.ts'

/** Exits 1 where something is missing that we cannot work without. */
export async function setup(world: World): Promise<ExitCode> {
  const checks = await runChecks(world, process.versions.node)
  const next = [...new Set(checks.flatMap(check => check.next ?? []))]
  const isReady = checks.every(({ status }) => status !== 'failed')
  print(world, {
    data: { ready: isReady, checks, next },
    text: checks.map(({ status, name, message }) => `${status}\t${name}\t${message}`),
    pretty: colors => setupText(checks, next, colors),
  })
  return isReady ? 0 : 1
}

function setupText(checks: readonly Check[], next: readonly string[], colors: Colors): string {
  const marks = { ok: colors.green('✓'), missing: colors.yellow('–'), failed: colors.red('✗') }
  const rows = checks.map(({ status, name, message }) => [marks[status], name, message])
  const steps = next.map(step => `  ${step}`)
  return [table(rows), ...(steps.length === 0 ? [] : ['', 'What to do next:', ...steps])].join('\n')
}
