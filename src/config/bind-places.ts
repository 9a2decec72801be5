/** Fixes what `${workspaceFolder}` and its kin mean, so that an entry can be used from any folder. Values of variables stay unknown. */
import { join, resolve } from 'node:path'

import type { Definition } from './definition.ts'
import { literal, type PlaceName, type Template, type TemplatePart } from './template.ts'

export interface KnownPlaces {
  readonly home: string
  readonly workspace: string
  readonly platform: NodeJS.Platform
}

export function placeValue(place: PlaceName, known: KnownPlaces): string {
  switch (place) {
    case 'userHome':
      return known.home
    case 'workspaceFolder':
      return known.workspace
    case 'workspaceFolderBasename':
      return known.workspace.split(/[/\\]/).at(-1) ?? known.workspace
    case 'pathSeparator':
      return known.platform === 'win32' ? '\\' : '/'
    default:
      return place satisfies never
  }
}

/** The same definition with every place, `~` and the folder it runs in written out. */
export function bindPlaces(definition: Definition, known: KnownPlaces): Definition {
  const bind = (template: Template): Template => template.map(part => bound(part, known))
  const { transport } = definition
  if (transport.type !== 'stdio') {
    const headers = mapped(transport.headers, bind)
    return { ...definition, transport: { ...transport, url: bind(transport.url), headers } }
  }
  const path = (template: Template): Template => withHome(bind(template), known.home)
  const { command, args, env, cwd, envFile } = transport
  const folder = cwd === undefined ? definition.workspace : absolute(path(cwd), known.workspace)
  return {
    ...definition,
    transport: {
      ...transport,
      command: path(command),
      args: args.map(path),
      env: mapped(env, bind),
      cwd: typeof folder === 'string' ? literal(folder) : folder,
      envFile: envFile === undefined ? undefined : absolute(path(envFile), known.workspace),
    },
  }
}

function bound(part: TemplatePart, known: KnownPlaces): TemplatePart {
  return part.kind === 'place' ? { kind: 'text', text: placeValue(part.place, known) } : part
}

function withHome(template: Template, home: string): Template {
  const [first, ...rest] = template
  if (first?.kind !== 'text') return template
  if (first.text === '~' && rest.length === 0) return literal(home)
  return /^~[/\\]/.test(first.text)
    ? [{ kind: 'text', text: join(home, first.text.slice(2)) }, ...rest]
    : template
}

function absolute(template: Template, base: string): Template {
  const [first, ...rest] = template
  return first?.kind === 'text' && rest.length === 0 ? literal(resolve(base, first.text)) : template
}

function mapped(
  record: Readonly<Record<string, Template>>,
  change: (template: Template) => Template,
): Record<string, Template> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
