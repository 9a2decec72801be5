/** Commands that say how things stand: `stats`, `cache`, `debug`. */
import { Argument } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

const statsAreas = ['all', 'bridge', 'runtime', 'skills', 'tokens'] as const

export function declareDiagnosis(program: Program, run: Run): void {
  program
    .command('stats')
    .description('What was called and run so far, over every process')
    .addArgument(new Argument('[area]', 'What to show').choices(statsAreas).default('all' as const))
    .addHelpText('before', examples(['mcp-execution stats', 'mcp-execution stats bridge --json']))
    .action(area => run(async world => (await import('../commands/stats.ts')).stats(area, world)))
  declareCache(program, run)
  declareDebug(program, run)
}

function declareCache(program: Program, run: Run): void {
  const cache = program
    .command('cache')
    .description('What is kept to save time, and may be deleted')
    .addHelpText('before', examples(['mcp-execution cache info', 'mcp-execution cache clear']))
  cache
    .command('info')
    .description('How much is kept, and how often it helped')
    .action(() => run(async world => (await import('../commands/cache.ts')).cacheInfo(world)))
  cache
    .command('clear')
    .description('Delete all of it')
    .action(() => run(async world => (await import('../commands/cache.ts')).cacheClear(world)))
  cache
    .command('verify')
    .description('Read all of it back; exit code 1 where something is broken')
    .action(() => run(async world => (await import('../commands/cache.ts')).cacheVerify(world)))
}

function declareDebug(program: Program, run: Run): void {
  const debug = program
    .command('debug')
    .description('Figures for a bug report')
    .addHelpText('before', examples(['mcp-execution debug system --json']))
  debug
    .command('system')
    .description('Versions, machine, folders, daemon')
    .action(() => run(async world => (await import('../commands/debug.ts')).debugSystem(world)))
  debug
    .command('cache')
    .description('The same as cache info')
    .action(() => run(async world => (await import('../commands/cache.ts')).cacheInfo(world)))
  debug
    .command('modules')
    .description('Our built parts, modules that plugins hold ready, saved programs, the cache')
    .action(() =>
      run(async world => (await import('../commands/debug-modules.ts')).debugModules(world)),
    )
  debug
    .command('connections')
    .description('The connections the daemon keeps')
    .action(() =>
      run(async world => (await import('../commands/debug.ts')).debugConnections(world)),
    )
}
