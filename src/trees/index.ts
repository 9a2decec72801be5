export { type GeneratedTree, listTrees, maxTreeFileBytes, readTree, readTreeFile } from './trees.ts'
