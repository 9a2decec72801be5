import { describe, expect, test } from 'vitest'

import { type AdHocFlags, adHocServer, hasAdHocFlags } from './ad-hoc.ts'
import { assignIds } from './settle.ts'
import { showTemplate } from './template.ts'

function made(flags: AdHocFlags): Record<string, unknown> {
  const { id, state } = adHocServer(flags, { cwd: '/w' })
  if (state.status !== 'ready') throw new Error(state.status)
  const { transport } = state.definition
  if (transport.type !== 'stdio') {
    const headers = Object.entries(transport.headers).map(([k, v]) => [k, showTemplate(v)])
    return { id, [transport.type]: showTemplate(transport.url), headers }
  }
  const env = Object.entries(transport.env).map(([k, v]) => [k, showTemplate(v)])
  return { id, run: [transport.command, ...transport.args].map(showTemplate), env }
}

describe('adHocServer', () => {
  test.each<{ flags: AdHocFlags; is: Record<string, unknown> }>([
    {
      flags: { command: ['npx', '-y', '@scope/server-x@1.2', '--k', '${A}'] },
      is: { id: 'server-x', run: ['npx', '-y', '@scope/server-x@1.2', '--k', '${A}'], env: [] },
    },
    {
      flags: { command: ['x'], env: ['A=b=c', 'T=${T}', 'E='], name: 'mine' },
      is: {
        id: 'mine',
        run: ['x'],
        env: [
          ['A', 'b=c'],
          ['T', '${T}'],
          ['E', ''],
        ],
      },
    },
    {
      flags: { http: 'https://mcp.x.example/v1', header: ['A=b: c', 'X-K: v'] },
      is: {
        id: 'mcp-x-example',
        http: 'https://mcp.x.example/v1',
        headers: [
          ['A', 'b: c'],
          ['X-K', 'v'],
        ],
      },
    },
    { flags: { sse: 'http://[::1]:80/' }, is: { id: '1', sse: 'http://[::1]:80/', headers: [] } },
  ])('$is', ({ flags, is }) => {
    expect(made(flags)).toEqual(is)
  })

  test.each([
    { command: ['node', '/a/server-everything/dist/index.js', 'stdio'], id: 'server-everything' },
    { command: ['uvx', 'mcp-server-git'], id: 'mcp-server-git' },
    { command: ['docker', 'run', '-i', '--rm', 'mcp/fetch'], id: 'fetch' },
    { command: ['python3.12', '-m', 'my_server'], id: 'my_server' },
    { command: ['C:\\tools\\My Server.exe'], id: 'my-server' },
    { command: ['node', 'index.js'], id: 'server' },
    { command: ['./日本'], id: 'server-cf2abf0c' },
  ])('$command is called $id', ({ command, id }) => {
    expect(made({ command })).toMatchObject({ id })
  })

  test.each<{ flags: AdHocFlags; says: string }>([
    { flags: {}, says: 'neither a command nor a URL is given; give one of them' },
    { flags: { http: 'h', sse: 's' }, says: '--http and --sse are given; give one of them' },
    {
      flags: { command: ['x'], http: 'h' },
      says: 'a command and --http are given; give one of them',
    },
    { flags: { http: 'h', env: ['A=b'] }, says: '--env has no meaning for a URL; leave it out' },
    { flags: { sse: 'h', cwd: '/' }, says: '--cwd has no meaning for a URL; leave it out' },
    {
      flags: { command: ['x'], header: ['A=b'] },
      says: '--header has no meaning for a command; leave it out',
    },
  ])('$says', ({ flags, says }) => {
    expect(() => adHocServer(flags, { cwd: '/w' })).toThrow(
      `Cannot make a server from these flags: ${says}`,
    )
  })

  test.each<{ flags: AdHocFlags; code: string }>([
    { flags: { command: ['x'], env: ['A'] }, code: 'INVALID_ARGUMENT' },
    { flags: { command: ['x'], env: ['=b'] }, code: 'INVALID_ARGUMENT' },
    { flags: { command: ['x'], name: 'Not An Id' }, code: 'INVALID_ARGUMENT' },
    { flags: { command: ['x'], env: ['LD_PRELOAD=y'] }, code: 'SECURITY_REFUSED' },
    { flags: { command: ['x\0'] }, code: 'SECURITY_REFUSED' },
    { flags: { http: 'ftp://x' }, code: 'SECURITY_REFUSED' },
    { flags: { http: 'x.example' }, code: 'SECURITY_REFUSED' },
  ])('$flags is refused with $code', ({ flags, code }) => {
    expect(() => adHocServer(flags, { cwd: '/w' })).toThrow(expect.objectContaining({ code }))
  })

  test('a value of a flag that cannot be read is not repeated', () => {
    expect(() => adHocServer({ http: 'https://x', header: ['secret'] }, { cwd: '/' })).toThrow(
      'Cannot read --header: it has no value; write NAME=value',
    )
  })
})

test.each<{ flags: AdHocFlags; is: boolean }>([
  { flags: {}, is: false },
  { flags: { name: 'x', env: [], header: [], command: [] }, is: false },
  { flags: { cwd: '/' }, is: true },
  { flags: { env: ['A=b'] }, is: true },
])('$flags describes a server: $is', ({ flags, is }) => {
  expect(hasAdHocFlags(flags)).toBe(is)
})

describe('ids', () => {
  test('names that are ids keep them, whatever comes first; others give way', () => {
    expect(Object.fromEntries(assignIds(['My Server', 'my-server', 'MY.SERVER']))).toEqual({
      'my-server': 'my-server',
      'My Server': 'my-server-c2d9a82f',
      'MY.SERVER': 'my-server-bbf3d98e',
    })
  })

  test.each(['../x', '..', '.', '', '日本', 'CON', 'nul', 'x'.repeat(300), '\u202Eabc', '-', '/'])(
    '%j becomes one safe path segment',
    name => {
      const id = assignIds([name]).get(name)
      expect(id).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/)
      expect(id).not.toMatch(/^(con|nul)$/)
    },
  )
})
