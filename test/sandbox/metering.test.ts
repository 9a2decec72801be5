import { readFileSync } from 'node:fs'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ExecutionError } from '../../src/errors.ts'
import { injectedNames, meterModule } from '../../src/sandbox/metering/index.ts'
import { bodyModule, rawModule, wat } from './wat.ts'

const options = { costs: 'length', maxPages: 100 } as const

/** Programs whose results and fuel are known; together they use every kind of instruction and section we allow. */
const samples = [
  '(module (func (export "f") (param i32) (result i32) (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1)) (else (i32.const 2)))))',
  '(module (func (export "f") (param i32) (result i32) (local i32) (loop $l (local.set 1 (i32.add (local.get 1) (local.get 0))) (br_if $l (local.tee 0 (i32.and (i32.sub (local.get 0) (i32.const 1)) (i32.const 255))))) (local.get 1)))',
  '(module (func (export "f") (param i32) (result i32) (block $a (block $b (block $c (br_table $a $b $c (i32.and (local.get 0) (i32.const 3)))) (return (i32.const 10))) (return (i32.const 20))) (i32.const 30)))',
  '(module (memory 1 5) (func (export "f") (param i32) (result i32) (drop (memory.grow (i32.const 1))) (memory.fill (i32.const 0) (local.get 0) (i32.const 100)) (memory.copy (i32.const 200) (i32.const 0) (i32.const 50)) (i32.add (memory.size) (i32.load8_u (i32.const 220)))))',
  '(module (type $t (func (param i32) (result i32))) (table 2 funcref) (elem (i32.const 0) $x $y) (func $x (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))) (func $y (param i32) (result i32) (i32.extend8_s (local.get 0))) (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.and (local.get 0) (i32.const 1)))))',
  '(module (global $g (mut i64) (i64.const 3)) (func (export "f") (param i32) (result i32) (global.set $g (i64.mul (global.get $g) (i64.extend_i32_u (local.get 0)))) (i32.trunc_sat_f64_s (f64.convert_i64_s (global.get $g)))))',
  '(module (func $fac (export "f") (param i32) (result i32) (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (i32.const 1)) (else (i32.mul (local.get 0) (call $fac (i32.and (i32.sub (local.get 0) (i32.const 1)) (i32.const 63))))))))',
  '(module (memory 1) (data $d "abcdef") (func (export "f") (param i32) (result i32) (memory.init $d (i32.const 8) (i32.const 1) (i32.const 3)) (data.drop $d) (i32.add (local.get 0) (i32.load8_u (i32.const 9)))))',
  '(module (func $two (param i32) (result i32 i32) (local.get 0) (i32.const 3)) (func (export "f") (param i32) (result i32) (call $two (local.get 0)) (i32.sub)))',
]

// oxlint-disable-next-line typescript/no-explicit-any -- whatever a module exports
type Exports = Record<string, any>

function instantiate(bytes: Uint8Array): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports
}

function metered(bytes: Uint8Array, fuel = 1_000_000n): Exports {
  const exports = instantiate(meterModule(bytes, options).bytes)
  exports[injectedNames.fuel].value = fuel
  exports[injectedNames.maxPages].value = 100
  return exports
}

describe('a metered module', () => {
  test.each(samples)('computes what the plain one does: %s', text => {
    const bytes = wat(text)
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), input => {
        expect(metered(bytes)['f'](input)).toBe(instantiate(bytes)['f'](input))
      }),
      { numRuns: 50 },
    )
  })

  test.each(samples)('spends the same for the same: %s', text => {
    const spent = [1, 2].map(() => {
      const exports = metered(wat(text))
      exports['f'](7)
      return 1_000_000n - exports[injectedNames.fuel].value
    })
    expect(spent[0]).toBe(spent[1])
    expect(spent[0]).toBeGreaterThan(0n)
  })

  test('runs nothing without fuel, and stops when it is gone', () => {
    const bytes = wat('(module (func (export "f") (result i32) (i32.const 1)))')
    expect(() => metered(bytes, 0n)['f']()).toThrow(WebAssembly.RuntimeError)
    expect(metered(bytes, 3n)['f']()).toBe(1)
    expect(() => metered(bytes, 2n)['f']()).toThrow(WebAssembly.RuntimeError)
  })

  test('pays for the branch it takes, not for the others', () => {
    const arm = '(local.set 0 (i32.mul (local.get 0) (i32.const 3)))'
    const text = `(module (func (export "f") (param i32) (if (local.get 0) (then ${arm.repeat(1000)}) (else ${arm.repeat(5)}))))`
    const spent = [0, 1].map(input => {
      const exports = metered(wat(text))
      exports['f'](input)
      return Number(1_000_000n - exports[injectedNames.fuel].value)
    })
    expect(spent[0]).toBeLessThan(100)
    expect(spent[1]).toBeGreaterThan(4000)
  })

  test('grows its memory as far as the run allows', () => {
    const exports = metered(
      wat(
        '(module (memory 1) (func (export "f") (param i32) (result i32) (memory.grow (local.get 0))) (func (export "size") (result i32) (memory.size)))',
      ),
    )
    exports[injectedNames.maxPages].value = 10
    expect([exports['f'](4), exports['f'](6), exports['f'](5), exports['f'](0)]).toEqual([
      1, -1, 5, 10,
    ])
    expect(exports['size']()).toBe(10)
    expect(exports[injectedNames.denied].value).toBe(1)
  })
})

describe('the rewriter', () => {
  test('accepts quickjs.wasm and gives a valid module', () => {
    const source = readFileSync(
      new URL('../../node_modules/quickjs-wasi/quickjs.wasm', import.meta.url),
    )
    const { bytes, functions } = meterModule(source, { costs: 'unit', maxPages: 8448 })
    expect(WebAssembly.validate(Uint8Array.from(bytes))).toBe(true)
    expect(functions.find(({ name }) => name === 'qjs_eval')?.parameters.length).toBe(4)
  })

  test('refuses, or gives what the platform validates exactly when it validated the original', () => {
    const originals = samples.map(text => wat(text))
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        (original, changes) => {
          const bytes = Uint8Array.from(original)
          for (const [at, value] of changes) bytes[8 + (at % (bytes.length - 8))] = value
          const result = tryMeter(bytes)
          return (
            result === undefined ||
            WebAssembly.validate(Uint8Array.from(result)) === WebAssembly.validate(bytes)
          )
        },
      ),
      { numRuns: 4000 },
    )
    expect(originals.length).toBe(samples.length)
  })

  test('never fails but by refusing, whatever the bytes', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), tail => {
      tryMeter(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...tail]))
    })
    expect(fc.check(property, { numRuns: 4000 }).failed).toBe(false)
  })

  test('leaves custom sections out, and refuses one that has no whole name', () => {
    expect(tryMeter(rawModule([0, 3, 1, 0x61, 0xff]))).toEqual(tryMeter(rawModule()))
    for (const cut of [[], [5, 0x61], [1, 0xff]]) {
      expect(tryMeter(rawModule([0, cut.length, ...cut]))).toBe(undefined)
    }
  })

  // What we add lies right behind the module's own: the first index too many would be the fuel.
  test.each([
    { what: 'reading the fuel', code: [0x23, 0, 0x1a] },
    { what: 'setting the fuel', code: [0x42, 0x7f, 0x24, 0] },
    { what: 'setting its page limit', code: [0x41, 0x7f, 0x24, 2] },
    { what: 'calling our function', code: [0x41, 1, 0x10, 1, 0x1a] },
    { what: 'a reference to our function', code: [0xd2, 1, 0x1a] },
    { what: 'our type in a block', code: [0x41, 1, 0x02, 1, 0x0b, 0x1a] },
    { what: 'our type in an indirect call', code: [0x41, 1, 0x41, 0, 0x11, 1, 0, 0x1a] },
  ])('refuses $what', ({ code }) => {
    expect(() => meterModule(bodyModule(code), options)).toThrow('is none of its own')
  })
})

function tryMeter(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return meterModule(bytes, options).bytes
  } catch (error) {
    if (ExecutionError.is(error, 'WASM_INVALID')) return undefined
    throw error
  }
}
