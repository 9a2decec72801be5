/** Our validator beside two published ones: ours rejects whatever either rejects. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { validate } from 'skills-ref'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readSkill, validateSkill } from '../../src/skills/index.ts'
import { validatorCases } from './validator-cases.ts'

const skillCheckBin = fileURLToPath(
  new URL('../../node_modules/skill-check/bin/skill-check.js', import.meta.url),
)

let root = ''
let refusedBySkillCheck: ReadonlySet<string> = new Set()

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'validators-')))
  for (const { rule, folder, file, text } of validatorCases) {
    await mkdir(dirOf(rule, folder), { recursive: true })
    await writeFile(join(dirOf(rule, folder), file), text)
  }
  refusedBySkillCheck = await runSkillCheck()
})
afterAll(() => rm(root, { recursive: true, force: true }))

test.each(validatorCases)('$rule', async ({ rule, folder, file, ours, skillsRef, skillCheck }) => {
  const dir = dirOf(rule, folder)
  const { valid } = await validateSkill(await readSkill(dir))
  const verdicts = {
    ours: valid,
    skillsRef: (await validate(dir)).length === 0,
    skillCheck: !refusedBySkillCheck.has(join(dir, file)),
  }

  expect(verdicts).toEqual({ ours, skillsRef, skillCheck })
  expect(valid && !(verdicts.skillsRef && verdicts.skillCheck)).toBe(false)
})

test('the reference page shows this very table', async () => {
  const page = await readFile(new URL('../../docs/reference/skills.md', import.meta.url), 'utf8')
  const rows = validatorCases.map(
    ({ rule, ours, skillsRef, skillCheck }) =>
      `| ${rule} | ${mark(ours)} | ${mark(skillsRef)} | ${mark(skillCheck)} |`,
  )
  // The formatter pads the columns.
  expect(page.replaceAll(/ +(?=\|)/g, ' ')).toContain(rows.join('\n'))
})

function mark(accepts: boolean): string {
  return accepts ? 'accepts' : 'rejects'
}

function dirOf(rule: string, folder: string): string {
  return join(root, rule.replaceAll(/\W+/g, '-'), folder)
}

/** Its files with at least one error, in one run over all cases. */
async function runSkillCheck(): Promise<ReadonlySet<string>> {
  const args = [skillCheckBin, 'check', root, '--no-security-scan', '--format', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
    (failed: { readonly stdout: string }) => failed,
  )
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { readonly severity: string; readonly file: string }[]
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return new Set(errors.map(({ file }) => join(root, file)))
}
