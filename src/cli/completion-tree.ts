/** Our commands as the completion library wants them, with live names behind arguments and flags that take one. */
import { RootCommand } from '@bomb.sh/tab'
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'

/** One suggestion: what is inserted, and what is shown beside it. */
export type Suggestion = readonly [value: string, description: string]

export interface LiveNames {
  readonly servers: readonly Suggestion[]
  /** "server.tool". */
  readonly tools: readonly Suggestion[]
  readonly skills: readonly Suggestion[]
  readonly plugins: readonly Suggestion[]
}

/** Every command, flag and choice of the program. */
export function completionTree(program: CommandUnknownOpts, names: LiveNames): RootCommand {
  const root = new RootCommand()
  const help = program.createHelp()
  const add = (command: CommandUnknownOpts, path: string): void => {
    const target = path === '' ? root : root.command(path, command.description())
    const options = [
      ...help.visibleOptions(command),
      ...(path === '' ? [] : help.visibleOptions(program)),
    ]
    for (const option of options) addOption(target, option, names)
    for (const argument of command.registeredArguments) {
      const suggestions =
        argument.argChoices?.map(plain) ?? namesFor(argument.name(), argument.description, names)
      target.argument(
        argument.name(),
        complete => suggest(suggestions, complete),
        argument.variadic,
      )
    }
    for (const inner of help.visibleCommands(command)) add(inner, `${path} ${inner.name()}`.trim())
  }
  add(program, '')
  return root
}

type Target = Pick<RootCommand, 'option'>

function addOption(target: Target, option: Option, names: LiveNames): void {
  const name = option.long?.replace(/^--/, '')
  if (name === undefined) return
  const short = option.short?.replace(/^-/, '')
  if (!option.required && !option.optional) {
    target.option(name, option.description, short)
    return
  }
  const suggestions = option.argChoices?.map(plain) ?? namesFor(name, '', names)
  target.option(name, option.description, complete => suggest(suggestions, complete), short)
}

function suggest(
  suggestions: readonly Suggestion[],
  complete: (value: string, description: string) => void,
): void {
  for (const [value, description] of suggestions) complete(value, description)
}

/** What an argument or a flag takes, told by its name and by what its description points to. */
function namesFor(name: string, description: string, names: LiveNames): readonly Suggestion[] {
  if (/skill list/.test(description)) return names.skills
  if (/plugin list/.test(description)) return names.plugins
  if (/^(server\.tool|target|tool)$/.test(name)) return names.tools
  return /^(server|servers|from-config)$/.test(name) ? names.servers : []
}

function plain(choice: string): Suggestion {
  return [choice, '']
}
