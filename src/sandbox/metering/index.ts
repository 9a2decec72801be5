export { injectedNames } from './injected.ts'
export {
  type FunctionExport,
  type MeteredModule,
  meterModule,
  type MeterOptions,
} from './rewrite.ts'
export { type Signature } from './sections.ts'
