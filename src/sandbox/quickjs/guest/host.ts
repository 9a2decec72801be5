/** The one function through which the prelude reaches the worker. Strings go out, a string comes back. */
export type Bridge = (operation: string, ...args: readonly string[]) => string

declare global {
  // oxlint-disable-next-line no-underscore-dangle -- no program could mean this name
  var __bridge: Bridge | undefined
}

/** Taken from the global object at boot, where no program ever sees it. */
export const bridge: Bridge = takeBridge()

function takeBridge(): Bridge {
  // oxlint-disable-next-line no-underscore-dangle -- as above
  const found = globalThis.__bridge
  if (found === undefined) throw new Error('The prelude was started without its bridge')
  Reflect.deleteProperty(globalThis, '__bridge')
  return found
}
