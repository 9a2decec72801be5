/** `skill list|info|remove`. */
import type { ExitCode } from '../../errors.ts'
import {
  allSkillRoots,
  findSkill,
  type ListedSkill,
  listSkills,
  metadataOf,
  readSkill,
  removeSkill,
  type SkillChoice,
} from '../../skills/index.ts'
import { cleanLine, showHome, truncate } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

export function rootsToSearch(choice: SkillChoice, { places, cwd }: World): readonly string[] {
  const { home, skillsDir } = places
  return allSkillRoots({ home, cwd, skillsDir }, choice)
}

export async function listAll(choice: SkillChoice, world: World): Promise<ExitCode> {
  const skills = await listSkills(rootsToSearch(choice, world))
  print(world, {
    data: { skills: skills.map(view), total_skills: skills.length },
    text: skills.map(skill => [skill.name, kindOf(skill), skill.dir].join('\t')),
    pretty: colors => {
      if (skills.length === 0) return 'None yet. Make one: mcp-execution skill generate <server>'
      const rows = skills.map(skill => [
        colors.bold(cleanLine(skill.name)),
        kindOf(skill),
        truncate(cleanLine(skill.description), 70),
        colors.dim(showHome(skill.dir, world.home)),
      ])
      return table(rows)
    },
  })
  return 0
}

export async function skillInfo(
  name: string,
  choice: SkillChoice,
  world: World,
): Promise<ExitCode> {
  const dir = await findSkill(name, rootsToSearch(choice, world))
  const skill = await readSkill(dir)
  const metadata = metadataOf(skill)
  const files = [...skill.files].map(([path, content]) => ({ path, bytes: content.length }))
  const [listed] = (await listSkills([dir.slice(0, -name.length)])).filter(
    each => each.name === name,
  )
  const data = { name, dir, description: listed?.description ?? '', ...metadata, files }
  print(world, {
    data,
    pretty: colors => {
      const rows = [
        ['from', metadata === undefined ? 'not made by mcp-execution' : kindOf(data)],
        [
          'server',
          metadata === undefined
            ? ''
            : cleanLine(`${metadata.server_id} ${metadata.server_version}`),
        ],
        ['tools', String(metadata?.tool_count ?? '')],
        ['generated', cleanLine(metadata?.generated_at ?? '')],
        ['in', showHome(dir, world.home)],
      ].filter(([, value]) => value !== '')
      const fileRows = files.map(({ path, bytes }) => [`  ${cleanLine(path)}`, `${bytes} B`])
      return [colors.bold(name), cleanLine(data.description), table(rows), table(fileRows)].join(
        '\n',
      )
    },
  })
  return 0
}

export interface RemoveFlags extends SkillChoice {
  readonly force?: true | undefined
}

export async function remove(name: string, flags: RemoveFlags, world: World): Promise<ExitCode> {
  const dir = await findSkill(name, rootsToSearch(flags, world))
  await removeSkill(dir, { force: flags.force === true })
  print(world, {
    data: { name, removed: dir },
    pretty: () => `Removed ${showHome(dir, world.home)}`,
  })
  return 0
}

function view({ name, description, dir, metadata }: ListedSkill): object {
  return {
    name,
    description,
    dir,
    kind: metadata?.kind ?? 'foreign',
    ...(metadata !== undefined && {
      server_id: metadata.server_id,
      tool_count: metadata.tool_count,
      generated_at: metadata.generated_at,
    }),
  }
}

type Kinded = Pick<ListedSkill, 'metadata'> & { readonly kind?: string }

function kindOf({ metadata, kind }: Kinded): string {
  return kind ?? metadata?.kind ?? 'foreign'
}
