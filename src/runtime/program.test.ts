import { expect, test } from 'vitest'

import { exitCodeOf } from '../errors.ts'
import { exitCodeFor } from './program.ts'

test.each(Object.entries(exitCodeOf))(
  '%s leaves with exit code %i, as everywhere',
  (code, exit) => {
    expect(exitCodeFor(code)).toBe(exit)
  },
)
