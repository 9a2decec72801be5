/** A WebAssembly module calls a tool and looks at the answer in its own memory, under the same limits as a program. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import wabt from 'wabt'

import { story } from './story.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const server = here('tracker-server.mjs')

/** `count(byte)`: how often a byte stands in what `tracker.list_issues` answers. */
const module = `(module
  (import "env" "call_tool"
    (func $call_tool (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "tracker")
  (data (i32.const 16) "list_issues")
  (data (i32.const 32) "{}")
  (func (export "count") (param $byte i32) (result i32)
    (local $at i32) (local $end i32) (local $found i32)
    (local.set $at (i32.const 1024))
    (local.set $end (i32.add (local.get $at) (call $call_tool
      (i32.const 0) (i32.const 7) (i32.const 16) (i32.const 11) (i32.const 32) (i32.const 2)
      (local.get $at) (i32.const 65536))))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (local.set $found (i32.add (local.get $found)
          (i32.eq (i32.load8_u (local.get $at)) (local.get $byte))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
    (local.get $found))
  (func (export "spin") (loop $for_ever (br $for_ever))))`

await story('WebAssembly guest', async ({ folder, run, value, write }) => {
  await run('generate', '--name', 'tracker', '--', process.execPath, server)
  const wat = await wabt()
  await write('guest.wasm', wat.parseWat('guest.wat', module).toBinary({}).buffer)
  assert.match(await run('execute', 'guest.wasm', '--list-exports'), /count/)

  // One "{" around the answer, and one for each of its five issues.
  const brace = String('{'.charCodeAt(0))
  const counted = await value('guest.wasm', '--entry', 'count', '-a', `i32:${brace}`)
  assert.equal(counted, 6)

  // A loop without end stops at its fuel.
  const spin = run('execute', 'guest.wasm', '--entry', 'spin', '--fuel', '1000000')
  await assert.rejects(spin, /fuel/i)

  // The same ABI from a compiled language: it labels the two issues whose title says "Crash".
  const compiler = here('../node_modules/assemblyscript/bin/asc.js')
  const options = ['--config', here('assembly/asconfig.json'), '--outFile', 'labels.wasm']
  const words = [compiler, here('assembly/guest.ts'), ...options]
  execFileSync(process.execPath, words, { cwd: folder })
  assert.equal(await value('labels.wasm', '--entry', 'run'), 2)
  assert.match(await run('call', 'tracker.list_issues'), /"crash"/)
})
