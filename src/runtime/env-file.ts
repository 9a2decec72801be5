/** The variables of an entry's `envFile`, under the same rules as the command line's. */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

import { ToolError } from './result.ts'

export interface EnvFile {
  readonly server: string
  readonly path: string
  /** The entry says that its variables may make the server run other code. */
  readonly allowUnsafeEnv: boolean
}

/** Throws CONFIG_UNSET_VARIABLE where it cannot be read, SECURITY_REFUSED for a name that is none or that injects code. */
export function readEnvFile({ server, path, allowUnsafeEnv }: EnvFile): Record<string, string> {
  const variables = parseEnv(readText(path, server))
  const entries = Object.entries(variables).map(([name, value]) => [name, value ?? ''] as const)
  for (const [name] of entries) {
    if (isVariableName(name) && (allowUnsafeEnv || !isUnsafeEnvName(name))) continue
    const how = isVariableName(name) ? 'can make the server run other code' : 'is no variable name'
    const message = `Cannot use server "${server}": ${JSON.stringify(name)} in its envFile ${how}; remove it`
    throw new ToolError('SECURITY_REFUSED', message)
  }
  return Object.fromEntries(entries)
}

function readText(path: string, server: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const how = code === 'ENOENT' ? 'the file does not exist' : `the system says ${code}`
    throw new ToolError(
      'CONFIG_UNSET_VARIABLE',
      `Cannot reach server "${server}": its envFile "${path}" cannot be read: ${how}; check the path`,
    )
  }
}

function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}

/** As in the command line's rules (config/rules.ts), which a test holds this to; compared in upper case. */
const codeInjecting =
  /^(LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|BASH_ENV|PYTHONSTARTUP|PYTHONPATH|PYTHONHOME|PERL5OPT|PERL5LIB|PERL5DB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|DOTNET_STARTUP_HOOKS|GCONV_PATH)$/

export function isUnsafeEnvName(name: string): boolean {
  return codeInjecting.test(name.toUpperCase())
}
