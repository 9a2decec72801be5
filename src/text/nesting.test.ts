import { expect, test } from 'vitest'

import { maxValueDepth } from '../json-value.ts'
import { isJsonNestedDeeper } from './nesting.ts'

const nested = (depth: number, inner = ''): string =>
  '[{"a":'.repeat(depth / 2) + (inner || '1') + '}]'.repeat(depth / 2)

test.each([
  { json: nested(maxValueDepth), deep: false, why: 'as deep as may be' },
  { json: nested(maxValueDepth, '[]'), deep: true, why: 'one level more' },
  { json: `["${'[{'.repeat(5000)}"]`, deep: false, why: 'brackets in a text' },
  { json: `["\\"${'['.repeat(5000)}\\\\"]`, deep: false, why: 'quotes in a text' },
  { json: `[${'[],'.repeat(5000)}1]`, deep: false, why: 'many side by side' },
  { json: '['.repeat(5000), deep: true, why: 'no end' },
  { json: `"${'['.repeat(5000)}`, deep: false, why: 'a text without end' },
])('$why: $deep', ({ json, deep }) => {
  expect(isJsonNestedDeeper(json, maxValueDepth)).toBe(deep)
})
