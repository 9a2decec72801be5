import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { isAlive } from '../../src/runtime/index.ts'
import { root } from '../cli/cli.ts'
import { entry, gone, newUser, published, toCall, type User } from './home.ts'

/** Mounting takes root, and a kernel that lets it. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts()

function mounts(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let user: User
beforeEach(async () => {
  user = await newUser()
})
afterEach(() => user[Symbol.asyncDispose]())

function nested(levels: number): unknown {
  return JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
}

async function mode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

async function daemonInfo(): Promise<{ pid: number; socket: string; token: string }> {
  const names = await readdir(user.places.runDir)
  const name = names.find(each => each.endsWith('.json')) ?? ''
  return JSON.parse(await readFile(join(user.places.runDir, name), 'utf8'))
}

test('three calls from three processes start one server, and see its state', async () => {
  await user.configure({ calls: entry('calls') })
  expect(await user.call('calls.count')).toEqual({ counter: 1 })
  expect(await user.call('calls.count')).toEqual({ counter: 2 })
  expect(await user.call('calls.count')).toEqual({ counter: 3 })
  const { connections } = await user.status()
  expect(connections).toMatchObject([{ server: 'calls', connects: 1, calls: 3 }])
})

test('two processes share what a published server remembers', async () => {
  const memory = published('server-memory')
  const file = join(user.cli.home, 'memory.json')
  await user.configure({ memory: { ...memory, env: { MEMORY_FILE_PATH: file } } })
  const ann = { name: 'Ann', entityType: 'person', observations: ['likes tea'] }
  await user.call('memory.create_entities', { entities: [ann] })
  expect(await user.call('memory.read_graph')).toEqual({ entities: [ann], relations: [] })
})

test('fifty processes at once make one daemon and one upstream connection', async () => {
  await user.configure({ calls: entry('calls') })
  const counts = await Promise.all(Array.from({ length: 50 }, () => user.call('calls.count')))
  const numbers = counts.map(count => JSON.stringify(count)).toSorted()
  const wanted = Array.from({ length: 50 }, (_, index) => `{"counter":${index + 1}}`).toSorted()
  expect(numbers).toEqual(wanted)
  expect(await user.logged('started')).toBe(1)
  expect((await user.status()).connections).toMatchObject([{ connects: 1, calls: 50 }])
}, 120_000)

test('the daemon is private: folder 0700, socket and announcement 0600', async () => {
  await user.run(['daemon', 'start'])
  const { socket } = await daemonInfo()
  expect(await mode(user.places.runDir)).toBe(0o700)
  expect(await mode(socket)).toBe(0o600)
  for (const name of await readdir(user.places.runDir)) {
    expect(await mode(join(user.places.runDir, name))).toBe(0o600)
  }
})

test.each([
  { why: 'no greeting', line: { id: 1, op: 'status' } },
  { why: 'a wrong token', line: { hello: { protocol: 1, token: 'x'.repeat(64) } } },
  { why: 'another protocol', line: { hello: { protocol: 999 } } },
])('a caller with $why is refused', async ({ line }) => {
  await user.run(['daemon', 'start'])
  const { socket } = await daemonInfo()
  const connection = createConnection(socket)
  connection.write(`${JSON.stringify(line)}\n${JSON.stringify({ id: 2, op: 'status' })}\n`)
  let answer = ''
  for await (const chunk of connection) answer += String(chunk)
  expect(
    answer
      .trim()
      .split('\n')
      .map(each => Object.keys(JSON.parse(each))),
  ).toEqual([['refused']])
})

test('kill -9 of the daemon in the middle of a call is a typed error, and the next call starts a new one', async () => {
  await user.configure({ calls: entry('calls') })
  const server = Number(await user.call('calls.pid'))
  const { pid } = await user.status()
  await using caller = user.caller()
  const held = caller.call(toCall('calls', 'held'))
  held.catch(() => undefined)
  await caller.call(toCall('calls', 'echo', { value: 1 }))
  process.kill(pid, 'SIGKILL')
  await expect(held).rejects.toMatchObject({ code: 'DAEMON_UNAVAILABLE' })
  const answer = await caller.call(toCall('calls', 'echo', { value: 2 }))
  expect(answer.content).toHaveLength(1)
  expect((await user.status()).pid).not.toBe(pid)
  await gone(server)
})

test('a crash of the server is a typed error, and the next call starts it anew', async () => {
  await user.configure({ calls: entry('calls') })
  const before = await user.call('calls.pid')
  const died = await user.run(['call', 'calls.dies', '{}'])
  expect(died.code).toBe(3)
  expect(JSON.parse(died.err)).toMatchObject({ code: 'SERVER_CLOSED' })
  expect(await user.call('calls.pid')).not.toBe(before)
})

test('what nests beyond reason fails its own call; the daemon and its servers stay', async () => {
  await user.configure({ wire: entry('wire', 'deep-answers'), calls: entry('calls') })
  const server = await user.call('calls.pid')
  const { pid } = await user.status()
  const ask = async (args: object): Promise<unknown> => {
    const ran = await user.run(['call', 'wire.echo', JSON.stringify(args)])
    return ran.code === 0 ? JSON.parse(ran.out) : { exit: ran.code, ...JSON.parse(ran.err) }
  }
  expect(JSON.stringify(await ask({ levels: 999 }))).toHaveLength(2 * 999)
  expect(await ask({ levels: 1000 })).toMatchObject({ exit: 3, code: 'SERVER_LIMIT' })
  expect(await ask({ levels: 100_000 })).toMatchObject({
    exit: 3,
    code: 'SERVER_LIMIT',
    error:
      'Cannot call tool "echo": its answer nests more than 1000 levels deep; ask the tool for less',
  })
  expect(await ask({ levels: 100_000, place: 'error' })).toMatchObject({
    exit: 3,
    code: 'SERVER_PROTOCOL',
    details: { rpcCode: -32_000, rpcData: 'nested too deep' },
  })
  expect(await ask({ levels: 100_000, place: 'message' })).toMatchObject({
    error:
      'Cannot call tool "echo": the server answered -32603: nested too deep (code nested too deep)',
  })
  expect(await ask({ levels: 1, deep: nested(999) })).toEqual([])
  expect(await ask({ levels: 1, deep: nested(1000) })).toMatchObject({
    exit: 2,
    code: 'VALIDATION',
  })
  expect((await user.status()).pid).toBe(pid)
  expect(await user.call('calls.pid')).toBe(server)
})

test('a changed entry means a new server; the entry of a registered tree is followed too', async () => {
  await user.configure({ calls: entry('calls', 'first') })
  const before = await user.call('calls.pid')
  await user.configure({ calls: entry('calls', 'second') })
  expect(await user.call('calls.pid')).not.toBe(before)
})

test('two shells with different tokens never share a server, and neither secret is in the log', async () => {
  await user.configure({ calls: { ...entry('calls'), env: { TOKEN: '${TOKEN}' } } })
  const pidWith = async (token: string): Promise<string> =>
    (await user.run(['call', 'calls.pid', '{}'], { env: { TOKEN: token } })).out
  const ann = await pidWith('ann-secret-token')
  expect(await pidWith('bob-secret-token')).not.toBe(ann)
  expect(await pidWith('ann-secret-token')).toBe(ann)
  const unset = await user.run(['call', 'calls.pid', '{}'])
  expect(unset.code).toBe(2)
  expect(JSON.parse(unset.err)).toMatchObject({ code: 'CONFIG_UNSET_VARIABLE' })
  expect(await readFile(join(user.places.stateDir, 'daemon.log'), 'utf8')).not.toContain(
    'secret-token',
  )
})

test('an idle daemon stops, and takes its servers with it', async () => {
  await user.configure({ calls: entry('calls') })
  const env = { MCP_EXECUTION_DAEMON_IDLE_MS: '3000' }
  const server = Number(
    (await user.run(['call', 'calls.pid', '{}'], { env })).out.replaceAll('"', ''),
  )
  await gone(server)
  expect(await user.logged('stopped')).toBe(1)
  expect(await user.call('calls.echo', { value: 'again' })).toEqual({ value: 'again' })
})

test.skipIf(!canMount)('on a full disk calls do without a daemon, and leave nothing', async () => {
  const run = user.env['XDG_RUNTIME_DIR'] ?? ''
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k,mode=700', 'none', run])
  try {
    await writeFile(join(run, 'fill'), 'x'.repeat(8192))
    await user.configure({ calls: entry('calls') })
    expect(await user.call('calls.echo', { value: 1 })).toEqual({ value: 1 })
    expect(await user.run(['daemon', 'status', '--json'])).toMatchObject({ code: 1 })
    expect(await readdir(user.places.runDir)).toEqual([])
  } finally {
    execFileSync('umount', [run])
  }
})

test('daemon stop waits for what is gone; status then leaves with 1', async () => {
  await user.run(['daemon', 'start'])
  const { pid } = await user.status()
  expect(await user.run(['daemon', 'stop', '--json'])).toMatchObject({
    code: 0,
    out: '{\n  "stopped": true\n}\n',
  })
  expect(isAlive(pid)).toBe(false)
  expect((await user.run(['daemon', 'status'])).code).toBe(1)
  expect(await readdir(user.places.runDir)).toEqual([])
})

test('daemon stop does not wait for the process that started the daemon to notice', async () => {
  const program = join(root, 'dist/workers/daemon.js')
  const daemon = spawn(process.execPath, [program], { env: user.env, stdio: 'ignore' })
  const exited = once(daemon, 'exit')
  while ((await user.run(['daemon', 'status'])).code !== 0);
  // Meanwhile this process, its parent, does nothing: what has ended stays in the process table.
  const cli = join(root, 'dist/bin/mcp-execution-cli.js')
  const words = [cli, 'daemon', 'stop', '--json']
  const out = execFileSync(process.execPath, words, { env: user.env, encoding: 'utf8' })
  expect(JSON.parse(out)).toEqual({ stopped: true })
  expect(await exited).toEqual([0, null])
})
