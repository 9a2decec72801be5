/** What of our own environment a server gets to see: enough to run, nothing that may hold a secret. */

const inherited = [
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  // Where a company network needs them, nothing installs or connects without them.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
]

const inheritedOnWindows = [
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
]

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** The allow-list of our environment, then the entry's own `env` over it. */
export function serverEnvironment(
  { env, platform }: Environment,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const windows = platform === 'win32'
  const wanted = new Set(windows ? inheritedOnWindows : inherited)
  const isWanted = (name: string): boolean =>
    windows ? wanted.has(name.toUpperCase()) : wanted.has(name) || name.startsWith('LC_')
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    // A value that starts so is an exported shell function: code, not data.
    if (value !== undefined && isWanted(name) && !value.startsWith('()')) kept[name] = value
  }
  return { ...kept, ...own }
}
