/** A small surface for transport tests: an echo, a call that waits until it is released or cancelled, and one that fails. */
import { z } from 'zod'

import { ExecutionError } from '../../src/errors.ts'
import { createGate, type GateLimits } from '../../src/server/gate.ts'
import type { Surface } from '../../src/server/mcp-server.ts'
import { defineTool, type ServerTool } from '../../src/server/tool.ts'

const annotations = { readOnlyHint: true, openWorldHint: false as const }

export interface Waiting {
  readonly surface: Surface
  /** How many `wait` calls were cancelled through their signal. */
  readonly cancelled: () => number
  readonly waiting: () => number
  /** Resolves when `count` calls wait at once. */
  readonly whenWaiting: (count: number) => Promise<void>
  readonly release: () => void
}

export function testSurface(limits: GateLimits = {}): Waiting {
  let cancelled = 0
  const held = new Set<() => void>()
  const watchers: (() => void)[] = []
  const changed = (): void => watchers.forEach(watch => watch())
  const echo = defineTool({
    name: 'echo',
    title: 'Echo',
    description: 'Returns its arguments',
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string(), session: z.string() }),
    annotations,
    run: async ({ text }, { defaultSession, progress }) => {
      progress(1, 2, 'half')
      return { structured: { text, session: defaultSession() } }
    },
  })
  const wait = defineTool({
    name: 'wait',
    title: 'Wait',
    description: 'Waits',
    input: z.object({}),
    output: z.object({}),
    annotations,
    run: async (_args, { signal }) => {
      await new Promise<void>((resolve, reject) => {
        const free = (): void => {
          held.delete(free)
          resolve()
        }
        held.add(free)
        signal.addEventListener('abort', () => {
          held.delete(free)
          cancelled += 1
          changed()
          reject(new DOMException('cancelled', 'AbortError'))
        })
        changed()
      })
      return { structured: {} }
    },
  })
  const fail = defineTool({
    name: 'fail',
    title: 'Fail',
    description: 'Fails',
    input: z.object({}),
    output: z.object({}),
    annotations,
    run: async () => {
      throw new ExecutionError('TOOL_NOT_FOUND', 'Cannot find the tool "x": there is none')
    },
  })
  let sessions = 0
  const tools = new Map<string, ServerTool>([echo, wait, fail].map(tool => [tool.name, tool]))
  return {
    surface: {
      instructions: 'Test',
      tools,
      resources: {
        templates: [],
        list: async () => ({ resources: [] }),
        read: async () => undefined,
      },
      gate: createGate(limits),
      newSession: () => `s${++sessions}`,
    },
    cancelled: () => cancelled,
    waiting: () => held.size,
    whenWaiting: async count => {
      while (held.size < count) await new Promise<void>(resolve => watchers.push(resolve))
    },
    release: () => [...held].forEach(free => free()),
  }
}
