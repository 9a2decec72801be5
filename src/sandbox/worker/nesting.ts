/** How deep JSON text that crosses may be nested: the host's own JSON writer and its validators recurse, on a small stack. */
export const maxJsonDepth = 1000

const quote = 0x22
const backslash = 0x5c

/** One linear scan of valid JSON; short text cannot be deep. */
export function isTooDeep(json: string): boolean {
  if (json.length <= maxJsonDepth) return false
  let depth = 0
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfText(json, at)
    else if (opens(code)) depth += 1
    else if (closes(code)) depth -= 1
    if (depth > maxJsonDepth) return true
  }
  return false
}

function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at += 1
  }
  return json.length
}

// [ {
function opens(code: number): boolean {
  return code === 0x5b || code === 0x7b
}

// ] }
function closes(code: number): boolean {
  return code === 0x5d || code === 0x7d
}
