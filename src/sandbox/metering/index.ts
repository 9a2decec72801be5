export { injectedNames } from './injected.ts'
export { type MeteredModule, meterModule, type MeterOptions } from './rewrite.ts'
export { type Export } from './sections.ts'
