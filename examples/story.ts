/** What every story stands on: a home and a folder of its own, and the command line as a person types it. */
import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'dist/bin/mcp-execution-cli.js')

export interface Story {
  readonly folder: string
  /** Runs `mcp-execution <words>` in the folder; gives stdout, throws with stderr where it fails. */
  readonly run: (...words: string[]) => Promise<string>
  /** What it prints with --json. */
  readonly json: <Answer>(...words: string[]) => Promise<Answer>
  /** The value of a program: `execute <words>`. */
  readonly value: <Value = unknown>(...words: string[]) => Promise<Value>
  readonly write: (file: string, text: string | Uint8Array) => Promise<void>
}

/** A published server from node_modules, as the words after `--`. */
export function published(name: string, ...args: string[]): string[] {
  const entry = `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`
  return ['--', process.execPath, join(root, entry), ...args]
}

export async function story(title: string, tell: (story: Story) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'story-')))
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run') }
  const run = async (...words: string[]): Promise<string> => {
    const options = { cwd: folder, env, maxBuffer: 32 * 1024 * 1024 }
    return (await promisify(execFile)(process.execPath, [cli, ...words], options)).stdout
  }
  const json = async <Answer>(...words: string[]): Promise<Answer> =>
    JSON.parse(await run('--json', ...words)) as Answer
  try {
    await tell({
      folder,
      run,
      json,
      value: async <Value>(...words: string[]) =>
        (await json<{ value: Value }>('execute', ...words)).value,
      write: (file, text) => writeFile(join(folder, file), text),
    })
    console.log(`ok  ${title}`)
  } finally {
    await run('daemon', 'stop').catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}
