import { join } from 'node:path'

import type { Places } from '../config/index.ts'

/** Where every process of this user counts. */
export function statsFolder({ stateDir }: Pick<Places, 'stateDir'>): string {
  return join(stateDir, 'stats')
}
