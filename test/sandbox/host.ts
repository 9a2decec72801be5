/* oxlint-disable typescript/no-explicit-any -- payloads under test are anything */
import type { RunOptions } from '../../src/sandbox/index.ts'

/** A host with three tools (`echo`, `slow`, `fail`), files and state in memory. */
export function createHost(): RunOptions['host'] {
  const files = new Map<string, unknown>()
  const state = new Map<string, unknown>()
  return async (operation, payload, { signal }) => {
    const asked: any = JSON.parse(payload)
    switch (operation) {
      case 'callTool':
        return await callTool(asked.tool, asked.params, signal)
      case 'writeFile':
        files.set(asked.path, asked.encoding === 'base64' ? { base64: asked.data } : asked.data)
        return ''
      case 'readFile':
        if (!files.has(asked.path)) throw new Error(`no such file: ${asked.path}`)
        return JSON.stringify(files.get(asked.path))
      case 'setState':
        state.set(asked.key, asked.value)
        return ''
      case 'getState':
        return state.has(asked.key) ? JSON.stringify(state.get(asked.key)) : ''
      default:
        return JSON.stringify({ operation, asked })
    }
  }
}

async function callTool(tool: string, params: unknown, signal: AbortSignal): Promise<string> {
  if (tool === 'echo') return JSON.stringify(params)
  if (tool === 'slow') {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, 100)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new Error('aborted'))
      })
    })
    return JSON.stringify(params)
  }
  const failure = new Error('ENOENT: cannot open /home/user/secret/tool.js (node:fs:12)')
  throw Object.assign(failure, { name: 'ToolError', data: { code: 7 } })
}
