/** Opens a page in the user's browser: one program, one argument, no shell. */
import { spawn } from 'node:child_process'

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Failing to find a browser is no failure: the page's address is shown as well. */
export function openUrl(url: URL, platform: NodeJS.Platform): void {
  const [program, ...leading] = openers[platform] ?? ['xdg-open']
  const opener = spawn(program, [...leading, url.href], {
    stdio: 'ignore',
    shell: false,
    detached: true,
  })
  opener.on('error', () => undefined)
  opener.unref()
}
