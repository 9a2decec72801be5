/** The host functions a guest needs, with texts in place of pointers and lengths. AssemblyScript. */

@external("env", "call_tool")
declare function call_tool(
  server: usize, serverLen: i32, tool: usize, toolLen: i32, params: usize, paramsLen: i32, out: usize, outCap: i32,
): i32

@external("env", "take_answer")
declare function take_answer(out: usize, outCap: i32): i32

@external("env", "failed")
declare function last_call_failed(): i32

@external("env", "set_state")
declare function set_state(key: usize, keyLen: i32, json: usize, jsonLen: i32): i32

@external("env", "log")
declare function log_text(level: i32, text: usize, textLen: i32): i32

/** Most answers fit; one that does not waits with the host, which does not call the tool again for it. */
const room = new ArrayBuffer(1024)

/** The result of a tool as JSON; of one that failed `{"name", "message", "data"}`, and `failed()` is true. */
export function callTool(server: string, tool: string, params: string): string {
  const s = String.UTF8.encode(server)
  const t = String.UTF8.encode(tool)
  const p = String.UTF8.encode(params)
  const length = call_tool(at(s), s.byteLength, at(t), t.byteLength, at(p), p.byteLength, at(room), room.byteLength)
  if (length >= 0) return String.UTF8.decodeUnsafe(at(room), length)
  const whole = new ArrayBuffer(-length)
  take_answer(at(whole), whole.byteLength)
  return String.UTF8.decode(whole)
}

export function failed(): bool {
  return last_call_failed() != 0
}

/** Keeps a value for the session's next run; it is given as JSON. */
export function setState(key: string, json: string): void {
  const k = String.UTF8.encode(key)
  const j = String.UTF8.encode(json)
  set_state(at(k), k.byteLength, at(j), j.byteLength)
}

export enum Level { Debug, Info, Log, Warn, Error }

export function log(level: Level, text: string): void {
  const t = String.UTF8.encode(text)
  log_text(level, at(t), t.byteLength)
}

function at(bytes: ArrayBuffer): usize {
  return changetype<usize>(bytes)
}
