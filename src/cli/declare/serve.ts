/** Commands that make us a server: `serve`. */
import type { Program, Run } from '../program.ts'
import { collect, examples, wholeNumber } from './words.ts'

export function declareServe(program: Program, run: Run): void {
  program
    .command('serve')
    .description('Be an MCP server: over stdio, or over HTTP with --http')
    .addHelpText(
      'before',
      examples([
        'mcp-execution serve',
        'mcp-execution serve --http --port 8765',
        'mcp-execution serve --http --host 0.0.0.0 --allow-host box.lan --token-file token',
      ]),
    )
    .option('--http', 'Serve Streamable HTTP instead of stdio')
    .option('--port <port>', 'Port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8765)
    .option('--host <address>', 'Address to listen on', '127.0.0.1')
    .option('--token-file <file>', 'Ask for the bearer token in this file; needed off loopback')
    .option('--allow-host <name>', 'A host name clients may use; repeatable', collect, [])
    .option('--allow-origin <name>', 'A browser origin that may call us; repeatable', collect, [])
    .option(
      '--expose <server>',
      "Serve this server's tools as they are too; repeatable",
      collect,
      [],
    )
    .action(flags => run(async world => (await import('../commands/serve.ts')).serve(flags, world)))
}
