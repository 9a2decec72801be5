/** What `config show` calls a default is what holds where nothing is set. */
import { expect, test } from 'vitest'

import { bridgeLimits } from '../../src/bridge/index.ts'
import { defaultClientLimits } from '../../src/client/index.ts'
import { settingRules } from '../../src/config/index.ts'

test('the defaults shown are the defaults used', () => {
  const client = defaultClientLimits
  const bridge = bridgeLimits
  const used = {
    'runtime.max_tools': client.maxTools,
    'runtime.connect_timeout_secs': client.connectMs / 1000,
    'runtime.discover_timeout_secs': client.discoverMs / 1000,
    'runtime.call_timeout_secs': client.callMs / 1000,
    'runtime.cache_entries': bridge.cacheEntries,
    'runtime.cache_ttl_secs': bridge.cacheTtlMs / 1000,
  }
  const shown = Object.entries(settingRules).flatMap(([key, rule]) =>
    key in used ? [[key, rule.default]] : [],
  )
  expect(Object.fromEntries(shown)).toEqual(used)
})
