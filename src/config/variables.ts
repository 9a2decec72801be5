import type { Definition } from './definition.ts'
import { type Template, variablesIn } from './template.ts'

/** Every variable of the environment a server's entry names: what another process must be given to resolve it. */
export function variablesOf({ transport }: Definition): readonly string[] {
  if (transport.type !== 'stdio') {
    return variablesIn([transport.url, ...Object.values(transport.headers)])
  }
  const { command, args, env, passEnv, cwd, envFile } = transport
  const optional = [cwd, envFile].filter((template): template is Template => template !== undefined)
  const named = variablesIn([command, ...args, ...Object.values(env), ...optional])
  return [...new Set([...named, ...passEnv])]
}
