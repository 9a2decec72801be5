/** Commands about configured servers: `server`, `config`, `auth`, `install`, `uninstall`. */
import type { Program, Run } from '../program.ts'

export function declareServers(_program: Program, _run: Run): void {}
