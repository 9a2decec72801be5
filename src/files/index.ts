export { type Disk } from './disk.ts'
export { type ExportOptions, type ExportReport, exportTree, recoverTree } from './export.ts'
export { type FileTree, fileBytes, fileTree, type TreeFile } from './tree.ts'
export { checkTreePath } from './tree-path.ts'
