/** The one function through which the prelude reaches the worker. Strings go out, a string comes back. */
export type Bridge = (operation: string, ...args: readonly string[]) => string

declare global {
  var __bridge: Bridge | undefined
}

/** Taken from the global object at boot, where no program ever sees it. */
export const bridge: Bridge = takeBridge()

function takeBridge(): Bridge {
  const found = globalThis.__bridge
  if (found === undefined) throw new Error('The prelude was started without its bridge')
  Reflect.deleteProperty(globalThis, '__bridge')
  return found
}
