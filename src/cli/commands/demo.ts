/** `demo`: the whole of it on an embedded server, in a temporary home; what `npm start` runs. */
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { adHocServer } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { compileTree, type Generated, generateTree, withServer } from '../../execution/index.ts'
import { builtFile } from '../../package-root.ts'
import { generationDeps } from '../generation-deps.ts'
import { print } from '../output/index.ts'
import { createWorld, type World } from '../world.ts'

export async function demo(world: World): Promise<ExitCode> {
  const home = await realpath(await mkdtemp(join(world.tmpdir, 'mcp-execution-demo-')))
  try {
    // Nothing of the user's is read or written.
    const away = {
      ...world,
      ...createWorld({ ...world, home, cwd: home, env: { PATH: world.env['PATH'] } }),
    }
    return await tour({ ...away, format: world.format, colors: world.colors })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function tour(world: World): Promise<ExitCode> {
  const say = (text: string): void => world.talk(`${world.colors.err.cyan('▸')} ${text}`)
  say('A real MCP server, started over stdio')
  const flags = { command: [process.execPath, builtFile('workers/demo-server.js')], name: 'issues' }
  const entry = adHocServer(flags, { cwd: world.cwd })
  const deps = generationDeps(world)
  const started = performance.now()
  const made = await withServer(entry, deps, catalog =>
    generateTree(catalog, entry, { ...deps, base: world.places.serversDir, mode: 'progressive' }),
  )
  const generatedMs = Math.round(performance.now() - started)
  const { server, tools } = made.catalog
  say(
    `Introspected ${server.name} ${server.version}: ${tools.length} tools; ${made.tree.files.length} files generated in ${generatedMs} ms`,
  )
  await typeCheck(made, world)
  say('Type-checked strict, with nothing installed: 0 errors. One tool file:')
  const source = await readFile(join(made.folder, 'createIssue.ts'), 'utf8')
  world.talk(source.replaceAll(/^/gm, '    ').trimEnd())
  print(world, {
    data: {
      server: server.name,
      tools: tools.length,
      files: made.tree.files.length,
      type_errors: 0,
      generated_ms: generatedMs,
    },
    pretty: colors => colors.green('Done: every step worked.'),
  })
  return 0
}

async function typeCheck({ folder }: Generated, { signal, platform }: World): Promise<void> {
  const errors = await compileTree(folder, { signal, platform, architecture: process.arch })
  if (errors === undefined || errors.length === 0) return
  throw new ExecutionError(
    'INTERNAL',
    `Cannot compile the generated tree: ${errors.slice(0, 5).join('; ')}`,
  )
}
