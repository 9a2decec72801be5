/** Skills on disk: written whole or not at all, beside whatever the user added to their folders. */
import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { exportTree, fileTree } from '../files/index.ts'
import { quoteName } from '../text/index.ts'
import { parseSkill } from './frontmatter.ts'
import {
  checksumsOf,
  metadataFile,
  parseMetadata,
  printMetadata,
  type SkillMetadata,
} from './metadata.ts'
import { readSkill, type StoredSkill, textOf } from './read-skill.ts'
import type { SkillFile } from './skill-source.ts'

/** A skill ready to be written; its checksums are made here. */
export interface SkillDraft {
  readonly files: readonly SkillFile[]
  readonly metadata: Omit<SkillMetadata, 'format_version' | 'checksums'>
}

export interface SavedSkill {
  readonly dir: string
  /** False where exactly this skill was there already; its `generated_at` is then kept. */
  readonly changed: boolean
  readonly overwritten: boolean
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}

export interface SaveOptions {
  /** Replaces a folder that we did not write, and files the user added to ours. */
  readonly force?: boolean
  readonly signal?: AbortSignal
}

/** Writes `<root>/<skill name>/`. Throws PATH_REFUSED where a folder of that name is not ours. */
export async function saveSkill(
  { files, metadata }: SkillDraft,
  root: string,
  { force = false, signal }: SaveOptions = {},
): Promise<SavedSkill> {
  const dir = join(root, metadata.skill_name)
  const previous = await metadataIn(dir)
  const written: SkillMetadata = {
    format_version: 1,
    ...metadata,
    checksums: await checksumsOf(files),
  }
  const text = printMetadata(isSame(previous, written) ? previous : written)
  const tree = fileTree([...files, { path: metadataFile, text }])
  const { path, changed } = await exportTree(tree, dir, {
    force,
    ownedPaths: () => Promise.resolve(ownedPaths(previous)),
    ...(signal !== undefined && { signal }),
  })
  return {
    dir: path,
    changed,
    overwritten: previous !== undefined,
    files: tree.files.map(file => ({ path: file.path, bytes: Buffer.byteLength(file.text) })),
  }
}

/** One skill in a listing. `metadata` is absent where it was not made by us. */
export interface ListedSkill {
  readonly name: string
  readonly description: string
  readonly dir: string
  readonly metadata?: SkillMetadata
}

/** Every folder with a SKILL.md below the roots, by name. */
export async function listSkills(roots: readonly string[]): Promise<readonly ListedSkill[]> {
  const found: ListedSkill[] = []
  for (const root of roots) {
    const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const visible = entry.isDirectory() && !entry.name.startsWith('.')
      const skill = visible ? await listed(join(root, entry.name)) : undefined
      if (skill !== undefined) found.push(skill)
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The folder of a skill by name; the first root that has it wins. Throws NOT_FOUND. */
export async function findSkill(name: string, roots: readonly string[]): Promise<string> {
  const isFolderName = name === basename(name) && !/^\.{0,2}$|[\\/\0]/.test(name)
  for (const root of isFolderName ? roots : []) {
    const stats = await lstat(join(root, name)).catch(() => undefined)
    if (stats?.isDirectory() === true) return join(root, name)
  }
  const names = (await listSkills(roots)).map(skill => skill.name)
  throw new ExecutionError(
    'NOT_FOUND',
    `Cannot find the skill ${quoteName(name)}: there is none of that name; see \`skill list\``,
    { details: { names } },
  )
}

/** Removes a skill's folder. Without `force` only one of ours, and only if nothing was added to it. */
export async function removeSkill(dir: string, { force = false }: SaveOptions = {}): Promise<void> {
  const skill = await readSkill(dir)
  const metadata = metadataOf(skill)
  const owned = new Set(ownedPaths(metadata))
  const foreign = [...skill.files.keys(), ...skill.unreadable].filter(path => !owned.has(path))
  if (!force && foreign.length > 0) {
    const [first = ''] = foreign
    throw new ExecutionError(
      'PATH_REFUSED',
      `Cannot remove the skill ${quoteName(skill.folder)}: ${quoteName(first)} in it is not ours; move it away, or give --force`,
    )
  }
  // Out of sight in one step, so that no client ever loads half of it.
  const aside = join(dirname(dir), `.${skill.folder}.removed-${randomBytes(6).toString('hex')}`)
  await rename(dir, aside)
  await rm(aside, { recursive: true, force: true })
}

/** What `.metadata.json` says; undefined where there is none, or none of ours. */
export function metadataOf(skill: StoredSkill): SkillMetadata | undefined {
  const parsed = parseMetadata(textOf(skill, metadataFile) ?? '')
  return parsed.ok ? parsed.metadata : undefined
}

async function metadataIn(dir: string): Promise<SkillMetadata | undefined> {
  const skill = await readSkill(dir).catch(() => undefined)
  return skill === undefined ? undefined : metadataOf(skill)
}

async function listed(dir: string): Promise<ListedSkill | undefined> {
  const skill = await readSkill(dir).catch(() => undefined)
  const text = skill === undefined ? undefined : textOf(skill, 'SKILL.md')
  if (skill === undefined || text === undefined) return undefined
  const { description } = parseSkill(text).fields
  const metadata = metadataOf(skill)
  return {
    name: skill.folder,
    description: typeof description === 'string' ? description : '',
    dir,
    ...(metadata !== undefined && { metadata }),
  }
}

function ownedPaths(metadata: SkillMetadata | undefined): readonly string[] {
  return metadata === undefined ? [] : [...Object.keys(metadata.checksums), metadataFile]
}

function isSame(
  previous: SkillMetadata | undefined,
  next: SkillMetadata,
): previous is SkillMetadata {
  if (previous === undefined) return false
  const { generated_at: _then, ...before } = previous
  const { generated_at: _now, ...after } = next
  return JSON.stringify(before) === JSON.stringify(after)
}
