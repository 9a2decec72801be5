/** Commands that search tools and run programs: `search`, `describe`, `execute`. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

import type { Program, Run } from '../program.ts'
import { serverChoice } from './server-choice.ts'
import { collect, examples, wholeNumber } from './words.ts'

export function declareExecution(program: Program, run: Run): void {
  declareSearch(program, run)
  declareDescribe(program, run)
  declareExecute(program, run)
}

function declareSearch(program: Program, run: Run): void {
  program
    .command('search')
    .description('Find tools across servers by what they do')
    .argument('<query...>', 'Words that say what the tool should do')
    .option('--server <id>', 'Only this server')
    .option('--limit <count>', 'How many at most', wholeNumber(1, 100), 10)
    .addHelpText(
      'before',
      examples([
        'mcp-execution search create issue',
        'mcp-execution search read file --server files --json',
      ]),
    )
    .action((words, flags) =>
      run(async world =>
        (await import('../commands/search.ts')).search(words.join(' '), flags, world),
      ),
    )
}

function declareDescribe(program: Program, run: Run): void {
  program
    .command('describe')
    .description('Show how a tool is called, or the tools of a server')
    .argument('<server[.tool]>', 'A configured server, or one of its tools')
    .argument('[command...]', 'After --: the command that starts a server of its own')
    .option('--compact', 'Types only, without what the server says')
    .option('--name <id>', 'What to call the server of its own')
    .addHelpText(
      'before',
      examples([
        'mcp-execution describe github',
        'mcp-execution describe github.create_issue --compact',
      ]),
    )
    .action((target, words, { compact = false, name }) =>
      run(async world => {
        const choice = serverChoice([target, ...words], { ...noFlags, name }, world.argv)
        return (await import('../commands/describe.ts')).describe(
          target,
          { compact, choice },
          world,
        )
      }),
    )
}

const noFlags = { arg: [], env: [], header: [] }

function declareExecute(program: Program, run: Run): void {
  program
    .command('execute')
    .description('Run a program, or a WebAssembly module, in the sandbox')
    .argument('<program>', 'A .ts or .js file, a .wasm file, or - for a program on stdin')
    .argument('[command...]', 'After --: the command that starts a server the program may use')
    .optionsGroup('Limits:')
    .addOption(
      new Option(
        '--profile <profile>',
        'strict, moderate or permissive (default: moderate)',
      ).choices(['strict', 'moderate', 'permissive'] as const),
    )
    .option('--memory <MB>', 'Memory, 1 to 512', positive)
    .option('--timeout <seconds>', 'Wall time', positive)
    .option('--max-calls <count>', 'Host calls', wholeNumber(0, 1_000_000))
    .option('--fuel <units>', 'Work, in loop rounds and calls', wholeNumber(1, 1e15))
    .optionsGroup('Program:')
    .option('--input <json>', 'What the program finds as `input`: JSON, @file, or - for stdin')
    .addOption(new Option('--args <json>', 'The same as --input').hideHelp())
    .option('--no-check', 'Run without checking types first')
    .option('--session <id>', 'Continue a session: its state, files and results')
    .option('--servers <list>', 'Use only these: server or server.tool, separated by commas')
    .option('--trace', 'Print every host call with its timing on stderr')
    .optionsGroup('WebAssembly:')
    .option('--entry <name>', 'The exported function to call')
    .option(
      '-a, --arg <type:value>',
      'An argument: i32:2, i64:7, f32:1.5, f64:2; repeatable',
      collect,
      [],
    )
    .option('--list-exports', 'List what the module exports instead of running it')
    .optionsGroup('A server of its own:')
    .option('--name <id>', 'What to call the server after --')
    .option('--http <url>', 'Connect over Streamable HTTP')
    .option('--sse <url>', 'Connect over the older HTTP+SSE')
    .option('--env <KEY=VALUE>', 'An environment variable for it; repeatable', collect, [])
    .option('--header <KEY=VALUE>', 'An HTTP header; repeatable', collect, [])
    .addHelpText('before', examples(executeExamples))
    .action((file, words, flags) =>
      run(async world => {
        const { env, header, http, sse, name } = flags
        const server = { arg: [], env, header, http, sse, name }
        const choice = serverChoice([file, ...words], server, world.argv)
        return (await import('../commands/execute.ts')).execute(file, { ...flags, choice }, world)
      }),
    )
}

const executeExamples = [
  'mcp-execution execute triage.ts --servers github',
  `echo "return 1 + 1" | mcp-execution execute -`,
  `mcp-execution execute report.ts --input '{"month": 11}' --trace`,
  'mcp-execution execute add.wasm --entry add -a i32:2 -a i32:3',
]

function positive(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && number > 0 && Number.isFinite(number)) return number
  throw new InvalidArgumentError('Give a number above 0.')
}
