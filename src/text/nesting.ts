/** Bounds on nesting that must hold before anything recurses into it: parsers and printers crash or hang on deep nesting. */

/** Deepest bracket nesting a program may have. */
export const maxNesting = 200

/**
 * How deep brackets nest, found by one linear scan. Brackets inside strings and comments count too: telling them apart
 * takes a parser, and being wrong about it would let deep nesting through.
 */
export function nestingDepth(source: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < source.length; index++) {
    const code = source.charCodeAt(index)
    if (isOpening(code)) deepest = Math.max(deepest, ++depth)
    else if (isClosing(code)) depth = Math.max(0, depth - 1)
  }
  return deepest
}

/** Whether arrays and objects nest deeper than that in JSON text, by one linear scan; text that is no JSON may count as either. */
export function isJsonNestedDeeper(json: string, levels: number): boolean {
  if (json.length <= levels) return false
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfText(json, at)
    else if (isOpening(code)) depth += 1
    else if (isClosing(code)) depth -= 1
    if (depth > levels) return true
  }
  return false
}

const quote = 0x22
const backslash = 0x5c

function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at += 1
  }
  return json.length
}

// ( [ {
function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b || code === 0x7b
}

// ) ] }
function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d || code === 0x7d
}
