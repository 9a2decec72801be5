/** Every client's files, in the shapes their documentation shows, read from where each client keeps them. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ServerEntry } from './definition.ts'
import { type ConfigDeps, loadConfig } from './load.ts'
import { findPlaces } from './places.ts'
import { showTemplate, type Template } from './template.ts'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-execution-hosts-')))
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

function depsFor({ platform = 'linux', env = {} }: Pick<Case, 'platform' | 'env'>): ConfigDeps {
  const places = findPlaces({ env, home: join(root, 'home'), tmpdir: tmpdir(), platform })
  return { env, cwd: join(root, 'project'), places, platform }
}

interface Case {
  readonly client: string
  readonly file: string
  readonly text: string
  readonly servers: Readonly<Record<string, unknown>>
  readonly platform?: NodeJS.Platform
  readonly env?: Readonly<Record<string, string>>
  readonly warnings?: readonly string[]
}

/** What an entry comes to, short enough to compare. */
function summary({ origin, state }: ServerEntry): unknown {
  if (state.status === 'invalid') return state.reason
  const { transport, settings } = state.definition
  const status = state.status === 'ready' ? {} : { status: state.status }
  const scope = origin.scope === 'user' ? {} : { scope: origin.scope }
  const common = { ...status, ...scope, ...settings }
  if (transport.type !== 'stdio') {
    const { type, url, headers, oauth } = transport
    return {
      ...common,
      [type]: showTemplate(url),
      ...shownIfAny({ headers }),
      ...(oauth && { oauth }),
    }
  }
  const { command, args, env, passEnv, cwd, envFile } = transport
  return {
    ...common,
    run: [command, ...args].map(showTemplate),
    ...shownIfAny({ env }),
    ...(passEnv.length > 0 && { passEnv }),
    ...(cwd && { cwd: showTemplate(cwd) }),
    ...(envFile && { envFile: showTemplate(envFile) }),
  }
}

function shownIfAny(member: Record<string, Readonly<Record<string, Template>>>): object {
  const [[name, values] = ['', {}]] = Object.entries(member)
  const shown = Object.entries(values).map(([key, value]) => [key, showTemplate(value)])
  return shown.length === 0 ? {} : { [name]: Object.fromEntries(shown) }
}

const cases: readonly Case[] = [
  {
    client: 'mcp-execution',
    file: 'home/.claude/mcp.json',
    text: `{"mcpServers": {
      "github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github"], "env": {"GITHUB_TOKEN": "\${GITHUB_TOKEN}"},
        "cwd": "~/work", "connectTimeoutSecs": 5, "discoverTimeoutSecs": 600, "callTimeoutSecs": 0.5, "allowedTools": ["a"], "blockedTools": ["b"]},
      "off": {"type": "sse", "url": "https://x.example/sse", "disabled": true}
    }}`,
    servers: {
      github: {
        run: ['npx', '-y', '@modelcontextprotocol/server-github'],
        env: { GITHUB_TOKEN: '${GITHUB_TOKEN}' },
        cwd: '~/work',
        connectTimeoutSecs: 5,
        discoverTimeoutSecs: 600,
        callTimeoutSecs: 0.5,
        allowedTools: ['a'],
        blockedTools: ['b'],
      },
      off: { status: 'disabled', sse: 'https://x.example/sse' },
    },
  },
  {
    client: 'claude-code',
    file: 'home/.claude.json',
    text: `{"numStartups": 3, "projects": {"PROJECT": {"mcpServers": {"mine": {"type": "stdio", "command": "local", "args": [], "env": {}}}},
        "/elsewhere": {"mcpServers": {"theirs": {"command": "no"}}}},
      "mcpServers": {
        "sentry": {"type": "http", "url": "https://mcp.sentry.dev/mcp", "headers": {"Authorization": "Bearer \${SENTRY:-none}"}, "headersHelper": "evil.sh"},
        "old": {"type": "streamable-http", "url": "https://\${HOST}/mcp", "timeout": 5000, "alwaysLoad": true, "oauth": {"clientId": "id", "callbackPort": 8080, "scopes": "a b"}},
        "socket": {"type": "ws", "url": "wss://x.example"},
        "quick": {"command": "q", "timeout": 30}
      }}`,
    servers: {
      mine: { scope: 'local', run: ['local'] },
      sentry: {
        http: 'https://mcp.sentry.dev/mcp',
        headers: { Authorization: 'Bearer ${SENTRY:-none}' },
      },
      old: {
        http: 'https://${HOST}/mcp',
        callTimeoutSecs: 5,
        oauth: { clientId: 'id', callbackPort: 8080, scopes: ['a', 'b'] },
      },
      socket: 'Cannot use server "socket": type "ws" is not supported; use stdio, http or sse',
      quick: { run: ['q'] },
    },
    warnings: [
      'Server "sentry": its headers helper is a command and is never run; use "headers"',
      'Server "quick": "timeout" is in milliseconds and below 1000; it is ignored',
    ],
  },
  {
    client: 'claude-code',
    file: 'config/.claude.json',
    env: { CLAUDE_CONFIG_DIR: 'ROOT/config' },
    text: '{"mcpServers": {"a": {"command": "a"}}}',
    servers: { a: { run: ['a'] } },
  },
  {
    client: 'claude-desktop',
    file: 'home/.config/Claude/claude_desktop_config.json',
    text: '{"globalShortcut": "", "mcpServers": {"filesystem": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/Users/me/Desktop"]}}}',
    servers: {
      filesystem: {
        run: ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/Users/me/Desktop'],
      },
    },
  },
  {
    client: 'claude-desktop',
    platform: 'darwin',
    file: 'home/Library/Application Support/Claude/claude_desktop_config.json',
    text: '{"mcpServers": {"a": {"command": "a"}}}',
    servers: { a: { run: ['a'] } },
  },
  {
    client: 'claude-desktop',
    platform: 'win32',
    env: { APPDATA: 'ROOT/roaming' },
    file: 'roaming/Claude/claude_desktop_config.json',
    text: '{"mcpServers": {"a": {"command": "a"}}}',
    servers: { a: { run: ['a'] } },
  },
  {
    client: 'cursor',
    file: 'project/.cursor/mcp.json',
    text: `{"mcpServers": {
      "local": {"type": "stdio", "command": "python", "args": ["\${workspaceFolder}/server.py"], "env": {"API_KEY": "\${env:API_KEY}"}, "envFile": "\${workspaceFolder}/.env"},
      "remote": {"url": "https://x.example/mcp", "headers": {"X": "\${env:KEY}"}, "auth": {"CLIENT_ID": "cid", "CLIENT_SECRET": "shh", "scopes": ["read"]}}
    }}`,
    servers: {
      local: {
        status: 'pending',
        scope: 'project',
        run: ['python', '${workspaceFolder}/server.py'],
        env: { API_KEY: '${API_KEY}' },
        envFile: '${workspaceFolder}/.env',
      },
      remote: {
        status: 'pending',
        scope: 'project',
        http: 'https://x.example/mcp',
        headers: { X: '${KEY}' },
        oauth: { clientId: 'cid', scopes: ['read'] },
      },
    },
  },
  {
    client: 'vscode',
    file: 'project/.vscode/mcp.json',
    text: `{
      // what to ask
      "inputs": [{"type": "promptString", "id": "key", "description": "API key", "password": true}],
      "servers": {
        "perplexity": {"type": "stdio", "command": "npx", "args": ["-y", "server"], "env": {"KEY": "\${input:key}"}, "sandboxEnabled": true},
        "pipe": {"type": "http", "url": "unix:///tmp/x.sock"},
        "fetch": {"type": "http", "url": "https://x.example/\${config:a}", "headers": {"A": "\${input:key}"}},
      },
    }`,
    servers: {
      perplexity: {
        status: 'pending',
        scope: 'project',
        run: ['npx', '-y', 'server'],
        env: { KEY: '${input:key}' },
      },
      pipe: 'Cannot use server "pipe": its url has the scheme "unix"; give an http or https URL',
      fetch: {
        status: 'pending',
        scope: 'project',
        http: 'https://x.example/${config:a}',
        headers: { A: '${input:key}' },
      },
    },
    warnings: [
      'Server "perplexity": "sandboxEnabled" has no effect here: the server runs with your own rights',
    ],
  },
  {
    client: 'vscode',
    platform: 'darwin',
    file: 'home/Library/Application Support/Code - Insiders/User/mcp.json',
    text: '{"servers": {"a": {"command": "a"}}}',
    servers: { a: { run: ['a'] } },
  },
  {
    client: 'windsurf',
    file: 'home/.codeium/windsurf/mcp_config.json',
    text: '{"mcpServers": {"r": {"serverUrl": "https://x.example/mcp", "headers": {"K": "${env:K}"}, "disabledTools": ["t"]}}}',
    servers: {
      r: { http: 'https://x.example/mcp', headers: { K: '${K}' }, blockedTools: ['t'] },
    },
  },
  {
    client: 'codex',
    file: 'codex-home/config.toml',
    env: { CODEX_HOME: 'ROOT/codex-home' },
    text: `model = "x"
[mcp_servers.context7]
command = "npx"
args = ["-y", "@upstash/context7-mcp", "\${NOT}"]
env_vars = ["LOCAL_TOKEN"]
startup_timeout_sec = 20
tool_timeout_sec = 45
[mcp_servers.context7.env]
A = "$B"
[mcp_servers."fig ma"]
url = "https://mcp.figma.com/mcp"
bearer_token_env_var = "FIGMA"
bearer_token = "inline"
http_headers = { "X-Region" = "us" }
env_http_headers = { "X-Key" = "KEY" }
enabled = false
enabled_tools = ["open"]
disabled_tools = ["shot"]
[mcp_servers.context7.tools.search]
approval_mode = "approve"
`,
    servers: {
      context7: {
        run: ['npx', '-y', '@upstash/context7-mcp', '${NOT}'],
        env: { A: '$B' },
        passEnv: ['LOCAL_TOKEN'],
        connectTimeoutSecs: 20,
        callTimeoutSecs: 45,
      },
      'fig ma': {
        status: 'disabled',
        http: 'https://mcp.figma.com/mcp',
        headers: { 'X-Region': 'us', 'X-Key': '${KEY}', Authorization: 'Bearer ${FIGMA}' },
        allowedTools: ['open'],
        blockedTools: ['shot'],
      },
    },
    warnings: [
      'Server "fig ma": "bearer_token" is ignored; name a variable in "bearer_token_env_var"',
    ],
  },
  {
    client: 'gemini',
    file: 'home/.gemini/settings.json',
    text: `{"mcp": {"excluded": ["off"]}, "mcpServers": {
      "py": {"command": "python", "args": ["-m", "s", "$A"], "env": {"K": "$K", "L": "\${L:-d}"}, "cwd": "./s", "timeout": 15000, "trust": true, "includeTools": ["x"], "excludeTools": ["y"]},
      "stream": {"httpUrl": "http://localhost:3000/mcp"},
      "events": {"url": "http://localhost:8080/sse"},
      "typed": {"url": "http://localhost:8080/mcp", "type": "http"},
      "off": {"command": "o"}
    }}`,
    servers: {
      py: {
        run: ['python', '-m', 's', '${A}'],
        env: { K: '${K}', L: '${L:-d}' },
        cwd: './s',
        callTimeoutSecs: 15,
        allowedTools: ['x'],
        blockedTools: ['y'],
      },
      stream: { http: 'http://localhost:3000/mcp' },
      events: { sse: 'http://localhost:8080/sse' },
      typed: { http: 'http://localhost:8080/mcp' },
      off: { status: 'disabled', run: ['o'] },
    },
  },
  {
    client: 'opencode',
    file: 'home/.config/opencode/opencode.json',
    text: `{"$schema": "https://opencode.ai/config.json", "mcp": {
      "local": {"type": "local", "command": ["bun", "x", "my-mcp"], "environment": {"K": "{env:K}", "F": "{file:./k}"}, "enabled": true, "timeout": 7000},
      "remote": {"type": "remote", "url": "https://x.example/mcp", "headers": {"A": "Bearer {env:T}", "B": "\${T}"}, "enabled": false}
    }}`,
    servers: {
      local: {
        run: ['bun', 'x', 'my-mcp'],
        env: { K: '${K}', F: '${file:./k}' },
        discoverTimeoutSecs: 7,
      },
      remote: {
        status: 'disabled',
        http: 'https://x.example/mcp',
        headers: { A: 'Bearer ${T}', B: '${T}' },
      },
    },
  },
  {
    client: 'opencode',
    file: 'project/opencode.jsonc',
    text: '{"mcp": {"servers": {"n": {"type": "local", "command": ["n"]}}, /* old */ "o": {"type": "local", "command": ["o"]}}}',
    servers: {
      n: { status: 'pending', scope: 'project', run: ['n'] },
      o: { status: 'pending', scope: 'project', run: ['o'] },
    },
  },
  {
    client: 'zed',
    file: 'home/.config/zed/settings.json',
    text: `// Zed
{
  "context_servers": {
    "custom": {"source": "custom", "command": "c", "args": ["a"], "env": {}},
    "older": {"command": {"path": "p", "args": ["--x"], "env": {"E": "1"}}},
    "remote": {"url": "https://x.example", "headers": {"Authorization": "Bearer t"}},
    "extension": {"source": "extension", "settings": {}},
  },
}`,
    servers: {
      custom: { run: ['c', 'a'] },
      older: { run: ['p', '--x'], env: { E: '1' } },
      remote: { http: 'https://x.example', headers: { Authorization: 'Bearer t' } },
    },
  },
  {
    client: 'copilot',
    file: 'home/.copilot/mcp-config.json',
    text: '{"mcpServers": {"l": {"type": "local", "command": "c", "args": [], "tools": ["*"]}, "h": {"type": "http", "url": "https://x.example", "tools": ["a"]}}}',
    servers: { l: { run: ['c'] }, h: { http: 'https://x.example', allowedTools: ['a'] } },
  },
  {
    client: 'copilot',
    file: 'project/.github/mcp.json',
    text: '{"bare": {"command": "c"}, "version": 1}',
    servers: { bare: { status: 'pending', scope: 'project', run: ['c'] } },
  },
  {
    client: 'cline',
    file: 'home/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    text: '{"mcpServers": {"s": {"command": "c", "alwaysAllow": ["x"], "disabled": false, "timeout": 60}, "r": {"type": "streamableHttp", "url": "https://x.example", "disabled": true}}}',
    servers: {
      s: { run: ['c'], callTimeoutSecs: 60 },
      r: { status: 'disabled', http: 'https://x.example' },
    },
  },
  {
    client: 'kiro',
    file: 'project/.kiro/settings/mcp.json',
    text: '{"mcpServers": {"k": {"command": "c", "env": {"A": "${A}"}, "autoApprove": ["*"], "disabledTools": ["d"]}}}',
    servers: {
      k: {
        status: 'pending',
        scope: 'project',
        run: ['c'],
        env: { A: '${A}' },
        blockedTools: ['d'],
      },
    },
  },
  {
    client: 'goose',
    file: 'home/.config/goose/config.yaml',
    text: `extensions:
  developer: {type: builtin, enabled: true}
  git:
    type: stdio
    cmd: uvx
    args: [mcp-git]
    envs: {A: b}
    env_keys: [TOKEN]
    enabled: true
    timeout: 300
  web:
    type: streamable_http
    uri: https://x.example/mcp
    headers: {K: $V}
    enabled: false
`,
    servers: {
      git: { run: ['uvx', 'mcp-git'], env: { A: 'b' }, passEnv: ['TOKEN'], callTimeoutSecs: 300 },
      web: { status: 'disabled', http: 'https://x.example/mcp', headers: { K: '${V}' } },
    },
  },
]

describe('every client', () => {
  test.each(cases)(
    '$client: $file',
    async ({ client, file, text, servers, warnings, ...world }) => {
      const path = join(root, file)
      const env = Object.fromEntries(
        Object.entries(world.env ?? {}).map(([key, value]) => [key, value.replace('ROOT', root)]),
      )
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text.replace('PROJECT', join(root, 'project')))
      const config = await loadConfig(depsFor({ ...world, env }))
      const read = config.servers.map(entry => [entry.name, summary(entry)])
      expect(Object.fromEntries(read)).toEqual(servers)
      const clients = new Set(config.servers.map(({ origin }) => `${origin.client} ${origin.file}`))
      expect([...clients]).toEqual([`${client} ${path}`])
      const said = config.problems.filter(({ severity }) => severity === 'warning')
      expect(said.map(({ message }) => message)).toEqual(warnings ?? [])
    },
  )
})
