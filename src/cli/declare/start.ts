/** Commands for the first minutes: `setup`, `completions`, and the hidden `demo` that `npm start` runs. */
import type { Program, Run } from '../program.ts'
import { examples } from './words.ts'

export function declareStart(program: Program, run: Run): void {
  program
    .command('setup')
    .description('Check this machine and say what to do next')
    .addHelpText('before', examples(['mcp-execution setup', 'mcp-execution setup --json']))
    .action(() => run(async world => (await import('../commands/setup.ts')).setup(world)))
  program
    .command('demo', { hidden: true })
    .description('Show the whole of it on an embedded server')
    .action(() => run(async world => (await import('../commands/demo.ts')).demo(world)))
}
