/** A process that exports the new tree over the old one; killed by itself at its n-th file system call, if asked. */
import { exportTree, fileTree } from '../../src/files/index.ts'
import { faultyDisk } from './fault.ts'
import { allPaths, newFiles } from './trees.ts'

const [target = '', nth = '0', mark = ''] = process.argv.slice(2)
const { disk } = faultyDisk(Number(nth), () => process.kill(process.pid, 'SIGKILL'))
const files = newFiles.map(file => (mark === '' ? file : { ...file, text: `${mark} ${file.path}` }))
try {
  await exportTree(fileTree(files), target, { disk, ownedPaths: () => Promise.resolve(allPaths) })
} catch (error) {
  console.error(error instanceof Error && 'code' in error ? error.code : error, String(error))
  process.exitCode = 1
}
