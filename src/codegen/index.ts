export { type SourceFile } from './source-file.ts'
