/** WebAssembly modules for tests, written as text. */
import wabtInit from 'wabt'

type Features = Parameters<Awaited<ReturnType<typeof wabtInit>>['parseWat']>[2]

const wabt = await wabtInit()

const features: Features = {
  simd: true,
  threads: true,
  exceptions: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  multi_value: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
  memory64: true,
}

/** The binary of a module in the text format. */
export function wat(text: string): Uint8Array<ArrayBuffer> {
  const module = wabt.parseWat('test.wat', text, features)
  try {
    return new Uint8Array(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}

/** Bytes of a module: the header, then sections as given. */
export function rawModule(...sections: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()])
}

/** A module with one exported function "run" of this body, locals declared in front; for what the text parser cannot take. */
export function bodyModule(
  code: readonly number[],
  locals: readonly number[] = [0],
): Uint8Array<ArrayBuffer> {
  const body = [...locals, ...code, 0x0b]
  return rawModule(
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
    [7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 0],
    [10, ...sized([1, ...sized(body)])],
  )
}

function sized(bytes: readonly number[]): number[] {
  const size: number[] = []
  let rest = bytes.length
  for (; rest >= 0x80; rest >>= 7) size.push((rest & 0x7f) | 0x80)
  return [...size, rest, ...bytes]
}
