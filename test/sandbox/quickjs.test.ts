import { openQuickJsEngine } from '../../src/sandbox/index.ts'
import { describeEngine } from './contract.ts'

describeEngine('QuickJS', () => openQuickJsEngine({ workers: 1 }))
