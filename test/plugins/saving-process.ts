/** Saves two versions of one plugin in turn until it is killed: `saving-process <plugins dir> <first turn>`. */
import { savePlugin } from '../../src/plugins/index.ts'
import { samplePlugin } from './sample.ts'

const [, , pluginsDir = '', first = '0'] = process.argv
process.stdout.write('ready\n')
for (let turn = Number(first); ; turn += 1) {
  await savePlugin(samplePlugin(turn % 2 === 0 ? 'even' : 'odd', 20), pluginsDir)
}
