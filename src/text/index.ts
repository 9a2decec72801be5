export {
  formatBytes,
  maxDescriptionBytes,
  maxShownBytes,
  sliceBytes,
  truncate,
  truncateBytes,
} from './bounds.ts'
export { cleanLine, cleanText, isSuspicious, quoteName, replaceHidden } from './clean.ts'
export { redact, redacted, type RedactOptions, showHome } from './redact.ts'
export { codeFrame, type Place } from './code-frame.ts'
export { didYouMean, nearest } from './near-miss.ts'
export { isJsonNestedDeeper, maxNesting, nestingDepth } from './nesting.ts'
