import { bodyModule, rawModule, wat } from '../wat.ts'

export interface HostileModule {
  readonly name: string
  readonly bytes: () => Uint8Array
  /** "refused": not one instruction of it runs. */
  readonly expect: 'stopped' | 'failed' | 'completed' | 'refused'
  readonly limit?: string
  readonly value?: unknown
}

const run = (body: string, around = ''): (() => Uint8Array) => {
  return () => wat(`(module ${around} (func (export "run") ${body}))`)
}
const repeat = (times: number, ...bytes: readonly number[]): number[] =>
  Array.from({ length: times }, () => bytes).flat()
const importing = (what: string): (() => Uint8Array) => {
  return () => wat(`(module ${what} (func (export "run")))`)
}
const log = '(import "env" "log" (func $log (param i32 i32 i32) (result i32)))'
const memory = '(memory (export "memory") 1)'
const call =
  '(import "env" "call_tool" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))'
const wasi = '(import "wasi_snapshot_preview1"'

/** Modules that never end, take too much, or lie about what they are. */
export const modules: readonly HostileModule[] = [
  { name: 'loop', bytes: run('(loop (br 0))'), expect: 'stopped', limit: 'fuel' },
  {
    name: 'loop with work',
    bytes: run('(local i32) (loop (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br 0))'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'nested loops',
    bytes: run('(loop $a (loop $b (br_if $b (i32.const 1))) (br $a))'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'loop in the start function',
    bytes: () => wat('(module (func $s (loop (br 0))) (start $s) (func (export "run")))'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'loop by calls',
    bytes: () => wat('(module (func $a (export "run") (call $b)) (func $b (call $a)))'),
    expect: 'failed',
  },
  {
    name: 'loop by an indirect call',
    bytes: () =>
      wat(
        '(module (table 1 funcref) (elem (i32.const 0) $a) (type $t (func)) (func $a (export "run") (loop (call_indirect (type $t) (i32.const 0)))))',
      ),
    expect: 'failed',
  },
  {
    name: 'exponential calls',
    bytes: () =>
      wat(
        `(module ${Array.from({ length: 40 }, (_, i) => `(func $f${i} ${i === 0 ? '(export "run")' : ''} (call $f${i + 1}) (call $f${i + 1}))`).join('')} (func $f40))`,
      ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'straight line without end in sight',
    bytes: run(
      `(local i32) (loop ${'(local.set 0 (i32.mul (local.get 0) (i32.const 3)))'.repeat(2000)} (br 0))`,
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'branch table loop',
    bytes: run('(loop (block (br_table 1 0 1 (i32.const 0))))'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'memory.fill for ever',
    bytes: run(
      '(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))',
      '(memory 1)',
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'memory.copy for ever',
    bytes: run(
      '(loop (memory.copy (i32.const 0) (i32.const 1) (i32.const 65000)) (br 0))',
      '(memory 1)',
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'memory.fill of 2 GiB',
    bytes: run('(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))', '(memory 1)'),
    expect: 'failed',
  },
  {
    name: 'memory.grow by one',
    bytes: run('(loop (drop (memory.grow (i32.const 1))) (br 0))', '(memory 1)'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'memory.grow by zero',
    bytes: run('(loop (drop (memory.grow (i32.const 0))) (br 0))', '(memory 1)'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'memory.grow to the limit',
    bytes: () =>
      wat(
        '(module (memory 1) (func (export "run") (result i32) (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (memory.size)))',
      ),
    expect: 'completed',
    value: 497,
  },
  {
    name: 'memory.grow by four billion',
    bytes: () =>
      wat('(module (memory 1) (func (export "run") (result i32) (memory.grow (i32.const -1))))'),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'table.grow for ever',
    bytes: run(
      '(loop (drop (table.grow 0 (ref.null func) (i32.const 1000))) (br 0))',
      '(table 1 funcref)',
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'table.fill for ever',
    bytes: run(
      '(loop (table.fill 0 (i32.const 0) (ref.null func) (i32.const 60000)) (br 0))',
      '(table 60000 funcref)',
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  { name: 'table too large', bytes: run('', '(table 10000000 funcref)'), expect: 'refused' },
  {
    name: 'memory larger than the limit',
    bytes: run('', '(memory 1000)'),
    expect: 'stopped',
    limit: 'memory',
  },
  { name: 'memory of 4 GiB', bytes: run('', '(memory 65536)'), expect: 'refused' },
  {
    name: 'recursion',
    bytes: () =>
      wat('(module (func $f (export "run") (result i32) (i32.add (call $f) (i32.const 1))))'),
    expect: 'failed',
  },
  {
    name: 'recursion with many locals',
    bytes: () => wat(`(module (func $f (export "run") (local ${'i64 '.repeat(5000)}) (call $f)))`),
    expect: 'failed',
  },
  {
    name: 'too many locals',
    bytes: () => bodyModule([], [1, 0xa0, 0x9c, 0x01, 0x7e]),
    expect: 'refused',
  },
  {
    name: 'nested too deep',
    bytes: () => bodyModule([...repeat(2000, 0x02, 0x40), ...repeat(2000, 0x0b)]),
    expect: 'refused',
  },
  {
    name: 'branch table too large',
    bytes: () => bodyModule([0x41, 0, 0x0e, 0xa0, 0x9c, 0x01, ...repeat(20_001, 0)]),
    expect: 'refused',
  },
  { name: 'unreachable', bytes: run('unreachable'), expect: 'failed' },
  {
    name: 'division by zero',
    bytes: run('(drop (i32.div_s (i32.const 1) (i32.const 0)))'),
    expect: 'failed',
  },
  {
    name: 'read outside memory',
    bytes: run('(drop (i32.load (i32.const -4)))', '(memory 1)'),
    expect: 'failed',
  },
  {
    name: 'write outside memory',
    bytes: run('(i64.store offset=4294967295 (i32.const -1) (i64.const 1))', '(memory 1)'),
    expect: 'failed',
  },
  {
    name: 'call of nothing',
    bytes: run('(call_indirect (i32.const 0))', '(table 1 funcref)'),
    expect: 'failed',
  },
  { name: 'SIMD', bytes: run('(drop (v128.const i32x4 1 2 3 4))'), expect: 'refused' },
  {
    name: 'threads',
    bytes: run('(drop (i32.atomic.load (i32.const 0)))', '(memory 1 1 shared)'),
    expect: 'refused',
  },
  {
    name: 'a tail call',
    bytes: () => wat('(module (func $f (export "run") (return_call $f)))'),
    expect: 'refused',
  },
  { name: 'exceptions', bytes: run('(try (do) (catch_all))'), expect: 'refused' },
  { name: 'a tag', bytes: importing('(tag)'), expect: 'refused' },
  { name: '64-bit memory', bytes: run('', '(memory i64 1)'), expect: 'refused' },
  { name: 'two memories', bytes: () => rawModule([5, 5, 2, 0, 1, 0, 1]), expect: 'refused' },
  {
    name: 'externref',
    bytes: () => wat('(module (func (export "run") (param externref)))'),
    expect: 'refused',
  },
  {
    name: 'extended constants',
    bytes: () => rawModule([6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]),
    expect: 'refused',
  },
  {
    name: 'an imported memory',
    bytes: importing('(import "env" "memory" (memory 1))'),
    expect: 'refused',
  },
  {
    name: 'an imported table',
    bytes: importing('(import "env" "table" (table 1 funcref))'),
    expect: 'refused',
  },
  {
    name: 'an imported global',
    bytes: importing('(import "env" "g" (global i32))'),
    expect: 'refused',
  },
  {
    name: 'an unknown import',
    bytes: importing('(import "env" "exec" (func))'),
    expect: 'refused',
  },
  {
    name: 'an import every object has',
    bytes: importing('(import "__proto__" "constructor" (func))'),
    expect: 'refused',
  },
  {
    name: 'an import every function table has',
    bytes: importing('(import "env" "__proto__" (func))'),
    expect: 'refused',
  },
  {
    name: 'our names',
    bytes: () =>
      wat('(module (global (export "__mcp_fuel") i64 (i64.const 9)) (func (export "run")))'),
    expect: 'refused',
  },
  {
    name: 'the fuel that is not its own',
    bytes: () =>
      wat(
        '(module (global $mine (mut i64) (i64.const 5)) (func (export "run") (global.set $mine (i64.const 9000000000)) (loop (br 0))))',
      ),
    expect: 'stopped',
    limit: 'fuel',
  },
  { name: 'no module', bytes: () => new TextEncoder().encode('return 1'), expect: 'refused' },
  { name: 'nothing', bytes: () => new Uint8Array(0), expect: 'refused' },
  {
    name: 'a component',
    bytes: () => Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]),
    expect: 'refused',
  },
  { name: 'only a header', bytes: () => rawModule(), expect: 'refused' },
  {
    name: 'cut off',
    bytes: () => wat('(module (func (export "run")))').slice(0, -3),
    expect: 'refused',
  },
  {
    name: 'bytes behind the end',
    bytes: () => Uint8Array.from([...wat('(module (func (export "run")))'), 1]),
    expect: 'refused',
  },
  { name: 'a section twice', bytes: () => rawModule([1, 1, 0], [1, 1, 0]), expect: 'refused' },
  {
    name: 'sections in the wrong order',
    bytes: () => rawModule([3, 1, 0], [1, 1, 0]),
    expect: 'refused',
  },
  { name: 'an unknown section', bytes: () => rawModule([42, 1, 0]), expect: 'refused' },
  {
    name: 'a number without end',
    bytes: () => rawModule([1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    expect: 'refused',
  },
  {
    name: 'a number too large',
    bytes: () => rawModule([1, 0x80, 0x80, 0x80, 0x80, 0x7f]),
    expect: 'refused',
  },
  {
    name: 'a count it does not have',
    bytes: () => rawModule([1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    expect: 'refused',
  },
  {
    name: 'a type of garbage collection',
    bytes: () => rawModule([1, 3, 1, 0x5f, 0]),
    expect: 'refused',
  },
  {
    name: 'a body of the wrong type',
    bytes: () =>
      rawModule(
        [1, 4, 1, 0x60, 0, 0],
        [3, 2, 1, 0],
        [7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 0],
        [10, 6, 1, 4, 0, 0x41, 1, 0x0b],
      ),
    expect: 'refused',
  },
  {
    name: 'a pointer outside memory',
    bytes: run(
      '(drop (call $log (i32.const 2) (i32.const 65530) (i32.const 100)))',
      `${log} ${memory}`,
    ),
    expect: 'failed',
  },
  {
    name: 'a negative pointer',
    bytes: run('(drop (call $log (i32.const 2) (i32.const -1) (i32.const 2)))', `${log} ${memory}`),
    expect: 'failed',
  },
  {
    name: 'a negative length',
    bytes: run('(drop (call $log (i32.const 2) (i32.const 0) (i32.const -1)))', `${log} ${memory}`),
    expect: 'failed',
  },
  {
    name: 'a text that is not UTF-8',
    bytes: run(
      '(i32.store8 (i32.const 0) (i32.const 255)) (drop (call $log (i32.const 2) (i32.const 0) (i32.const 1)))',
      `${log} ${memory}`,
    ),
    expect: 'failed',
  },
  {
    name: 'a text without memory',
    bytes: run('(drop (call $log (i32.const 2) (i32.const 0) (i32.const 1)))', log),
    expect: 'failed',
  },
  {
    name: 'a log flood',
    bytes: run(
      '(loop (drop (call $log (i32.const 2) (i32.const 0) (i32.const 60000))) (br 0))',
      `${log} ${memory}`,
    ),
    expect: 'stopped',
  },
  {
    name: 'a call flood',
    bytes: run(
      '(loop (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 100) (i32.const 10))) (br 0))',
      `${call} ${memory}`,
    ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'an answer outside memory',
    bytes: run(
      '(drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const -8) (i32.const 100000)))',
      `${call} ${memory}`,
    ),
    expect: 'failed',
  },
  {
    name: 'WASI: write to a file it has not',
    bytes: () =>
      wat(
        `(module ${wasi} "fd_write" (func $w (param i32 i32 i32 i32) (result i32))) ${memory} (func (export "run") (result i32) (call $w (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0))))`,
      ),
    expect: 'completed',
    value: 8,
  },
  {
    name: 'WASI: vector outside memory',
    bytes: () =>
      wat(
        `(module ${wasi} "fd_write" (func $w (param i32 i32 i32 i32) (result i32))) ${memory} (func (export "run") (result i32) (call $w (i32.const 1) (i32.const 65530) (i32.const 1000) (i32.const 0))))`,
      ),
    expect: 'failed',
  },
  {
    name: 'WASI: sockets',
    bytes: () =>
      wat(
        `(module ${wasi} "sock_send" (func $s (param i32 i32 i32 i32 i32) (result i32))) ${memory} (func (export "run") (result i32) (call $s (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))`,
      ),
    expect: 'completed',
    value: 52,
  },
  {
    name: 'WASI: a file of the host',
    bytes: () =>
      wat(
        `(module ${wasi} "path_open" (func $o (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32))) ${memory} (data (i32.const 0) "../../etc/passwd") (func (export "run") (result i32) (call $o (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 16) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 100))))`,
      ),
    expect: 'completed',
    value: 44,
  },
  {
    name: 'WASI: files without end',
    bytes: () =>
      wat(
        `(module ${wasi} "path_open" (func $o (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32))) ${memory} (data (i32.const 0) "a") (func (export "run") (loop (drop (call $o (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 9) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 100))) (br 0))))`,
      ),
    expect: 'stopped',
    limit: 'fuel',
  },
  {
    name: 'WASI: random for ever',
    bytes: () =>
      wat(
        `(module ${wasi} "random_get" (func $r (param i32 i32) (result i32))) ${memory} (func (export "run") (loop (drop (call $r (i32.const 0) (i32.const 65536))) (br 0))))`,
      ),
    expect: 'stopped',
  },
  {
    name: 'WASI: waiting',
    bytes: () =>
      wat(
        `(module ${wasi} "poll_oneoff" (func $p (param i32 i32 i32 i32) (result i32))) ${memory} (func (export "run") (result i32) (call $p (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0))))`,
      ),
    expect: 'completed',
    value: 52,
  },
  {
    name: 'a function as a result',
    bytes: () => wat('(module (func $f (export "run") (result funcref) (ref.func $f)))'),
    expect: 'completed',
    value: null,
  },
  {
    name: 'a host function of another shape',
    bytes: run(
      '(result i32 i32) (call $failed)',
      `(import "env" "failed" (func $failed (result i32 i32))) ${memory}`,
    ),
    expect: 'failed',
  },
  {
    name: 'a host function that takes 64-bit pointers',
    bytes: run(
      '(drop (call $log (i64.const 0) (i64.const 1) (i64.const -1)))',
      `(import "env" "log" (func $log (param i64 i64 i64) (result i32))) ${memory}`,
    ),
    expect: 'failed',
  },
  {
    name: 'JSON nested a million levels',
    bytes: run(
      '(memory.fill (i32.const 8) (i32.const 91) (i32.const 1000000)) (drop (call $set (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 1000000)))',
      '(import "env" "set_state" (func $set (param i32 i32 i32 i32) (result i32))) (memory (export "memory") 20) (data (i32.const 0) "k")',
    ),
    expect: 'failed',
  },
  {
    name: 'a memory that is a number',
    bytes: run(
      '(drop (call $log (i32.const 2) (i32.const 0) (i32.const 1)))',
      `${log} (memory 1) (global (export "memory") i32 (i32.const 1))`,
    ),
    expect: 'failed',
  },
  {
    name: 'data that does not fit its memory',
    bytes: run('', '(memory 1) (data (i32.const 65530) "0123456789")'),
    expect: 'failed',
  },
  {
    name: 'WASI: a vector as long as memory, a thousand times',
    bytes: () =>
      wat(
        `(module ${wasi} "fd_write" (func $w (param i32 i32 i32 i32) (result i32))) ${memory} (func (export "run") (local $i i32) (loop $l (i32.store offset=4 (local.get $i) (i32.const 65536)) (local.set $i (i32.add (local.get $i) (i32.const 8))) (br_if $l (i32.lt_u (local.get $i) (i32.const 8192)))) (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1024) (i32.const 65532)))))`,
      ),
    expect: 'stopped',
    limit: 'console',
  },
]
