/** `skill generate|list|info|test|remove|save`. */
import { Option } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { type PlainCommand, serverArguments, serverChoice } from './server-choice.ts'
import { collect, examples, wholeNumber } from './words.ts'

const targets = ['claude', 'agents', 'both'] as const
const scopes = ['user', 'project'] as const

export function declareSkills(program: Program, run: Run): void {
  const skill = program
    .command('skill')
    .description('Make Agent Skills of servers and programs, and check them')
    .addHelpText(
      'before',
      examples([
        'mcp-execution skill generate github --hint "triage new issues"',
        'mcp-execution skill test --all --strict',
        'mcp-execution skill save triage.ts',
      ]),
    )
  declareMaking(skill, run)
  declareLooking(skill, run)
}

function declareMaking(skill: PlainCommand, run: Run): void {
  serverArguments(skill.command('generate'))
    .description("Write a server's skill: SKILL.md, REFERENCE.md and references/")
    .option('--skill-name <name>', "What to call the skill (default: the server's id)")
    .option('--hint <text>', 'What the skill is for; repeatable', collect, [])
    .option('--offline', 'From the generated tree alone: starts no server, gives no examples')
    .option('--max-tools <count>', 'Scan up to this many tool files', wholeNumber(1, 10_000))
    .option('--dry-run', 'Write nothing; list the files')
    .option('--force', 'Replace a folder that is not ours')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Write to <folder>/<skill name> instead')
    .action((name, words, flags) =>
      run(async world => {
        const choice = serverChoice([name, ...words], flags, world.argv)
        const { generateSkill } = await import('../commands/skill-generate.ts')
        return await generateSkill(choice, flags, world)
      }),
    )
  skill
    .command('save')
    .description('Keep a program as a module that later programs import')
    .argument('<program>', 'A TypeScript file that exports something')
    .option('--name <name>', "What to call it (default: the file's name)")
    .option('--description <text>', "What it does (default: the file's first comment)")
    .option('--no-check', 'Keep it without a type check')
    .option('--force', 'Replace a folder that is not ours')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Write to <folder>/<skill name> instead')
    .action((file, flags) =>
      run(async world => {
        const { saveProgram } = await import('../commands/skill-save.ts')
        return await saveProgram(file, flags, world)
      }),
    )
}
function declareLooking(skill: PlainCommand, run: Run): void {
  skill
    .command('list')
    .description('List skills and saved programs')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Look in this folder only')
    .action(flags =>
      run(async world => (await import('../commands/skill.ts')).listAll(flags, world)),
    )
  skill
    .command('info')
    .description('Show what a skill was made from')
    .argument('<name>', 'A skill (see: skill list)')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Look in this folder only')
    .action((name, flags) =>
      run(async world => (await import('../commands/skill.ts')).skillInfo(name, flags, world)),
    )
  skill
    .command('test')
    .description('Check a skill, or all of them; exit 1 if any is invalid')
    .argument('[name]', 'A skill (see: skill list)')
    .option('--all', 'Every skill')
    .option('--strict', 'Also warn of what matters before publishing')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Look in this folder only')
    .action((name, flags) =>
      run(async world =>
        (await import('../commands/skill-test.ts')).testSkills(name, flags, world),
      ),
    )
  skill
    .command('remove')
    .description('Remove a skill of ours')
    .argument('<name>', 'A skill (see: skill list)')
    .option('--force', 'Also one that is not ours, or to which files were added')
    .addOption(targetOption())
    .addOption(scopeOption())
    .option('--dir <folder>', 'Look in this folder only')
    .action((name, flags) =>
      run(async world => (await import('../commands/skill.ts')).remove(name, flags, world)),
    )
}

function targetOption(): Option<
  '--target <who>',
  undefined,
  undefined,
  undefined,
  false,
  'claude' | 'agents' | 'both'
> {
  return new Option('--target <who>', 'Who reads it: .claude/skills, .agents/skills').choices(
    targets,
  )
}

function scopeOption(): Option<
  '--scope <scope>',
  undefined,
  undefined,
  undefined,
  false,
  'user' | 'project'
> {
  return new Option('--scope <scope>', 'For you everywhere, or for this project').choices(scopes)
}
