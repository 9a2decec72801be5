/** What the user has approved: exact commands, by digest (contract §3). Lives outside every project. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { canonicalJson, sha256 } from '../digest.ts'
import type { Definition, HttpDefinition, ServerEntry, StdioDefinition } from './definition.ts'
import { writePrivateFile } from './private-file.ts'
import type { ConfigFiles } from './read-file.ts'
import { isUnsafeEnvName } from './rules.ts'
import { printTemplate, references, type Template } from './template.ts'

/**
 * Changes when anything that decides what runs, or which secrets it gets, changes: command, arguments, folder, URL, the names of
 * variables and headers, the values of variables that choose code, and every variable of ours that is handed over.
 */
export function approvalDigest(
  { name, origin }: Pick<ServerEntry, 'name' | 'origin'>,
  { transport, workspace }: Definition,
): string {
  const what = transport.type === 'stdio' ? stdioFacts(transport) : httpFacts(transport)
  return sha256(canonicalJson({ version: 1, name, file: origin.file, workspace, ...what }))
}

// One file an approval: two approving processes cannot lose each other's.
export async function isApproved(
  stateDir: string,
  digest: string,
  files: ConfigFiles,
): Promise<boolean> {
  return await files.exists(approvalFile(stateDir, digest))
}

export async function saveApproval(
  stateDir: string,
  entry: Pick<ServerEntry, 'name' | 'origin'>,
  digest: string,
): Promise<void> {
  const record = { version: 1, name: entry.name, file: entry.origin.file }
  await writePrivateFile(approvalFile(stateDir, digest), `${JSON.stringify(record, null, 2)}\n`)
}

/** True where there was one. */
export async function removeApproval(stateDir: string, entry: ServerEntry): Promise<boolean> {
  if (entry.state.status === 'invalid') return false
  try {
    await rm(approvalFile(stateDir, approvalDigest(entry, entry.state.definition)))
    return true
  } catch {
    return false
  }
}

function approvalFile(stateDir: string, digest: string): string {
  return join(stateDir, 'approvals', `${digest}.json`)
}

function stdioFacts(transport: StdioDefinition): Record<string, unknown> {
  const { type, command, args, env, passEnv, allowUnsafeEnv } = transport
  const codeChoosing = Object.entries(env).filter(
    ([name]) => name.toUpperCase() === 'PATH' || isUnsafeEnvName(name),
  )
  return {
    type,
    command: printTemplate(command),
    args: args.map(printTemplate),
    cwd: printed(transport.cwd),
    env: names(env),
    codeChoosing: codeChoosing.map(([name, value]) => [name, printTemplate(value)]),
    passEnv,
    envFile: printed(transport.envFile),
    allowUnsafeEnv,
  }
}

function httpFacts({ type, url, headers }: HttpDefinition): Record<string, unknown> {
  return { type, url: printTemplate(url), headers: names(headers) }
}

function printed(template: Template | undefined): string | undefined {
  return template === undefined ? undefined : printTemplate(template)
}

function names(record: Readonly<Record<string, Template>>): readonly string[] {
  return Object.entries(record)
    .map(([name, value]) => [name, ...references(value)].join(' '))
    .toSorted()
}
