import { expect, test } from 'vitest'

import { surfaceTokens } from '../../scripts/surface.ts'

test('the whole surface costs a model at most 1,500 tokens', () => {
  const { tools, total } = surfaceTokens()
  expect([...tools.keys()]).toEqual([
    'search_tools',
    'describe_tools',
    'execute_code',
    'call_tool',
    'introspect_server',
    'save_categorized_tools',
    'list_generated_servers',
    'generate_skill',
    'save_skill',
  ])
  expect(total).toBeLessThanOrEqual(1500)
})
