/** What documentation says is what the code does: red here asks "did you mean to?". */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { cliReference } from '../../scripts/cli-reference.ts'
import { exitCodeOf } from '../../src/errors.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tracked: readonly string[] = execFileSync('git', ['ls-files'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(root, file)))
const pages = tracked.filter(file => file.endsWith('.md') && !file.includes('golden'))

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

test('docs/reference/errors.md has every code, with its exit code', () => {
  const rows = read('docs/reference/errors.md').matchAll(
    /^\| `([A-Z_]+)`\s+\| (\d+)\s+\| (\S.*?)\s+\|/gm,
  )
  const documented = [...rows].map(([, code, exit]) => [code, Number(exit)])
  expect(Object.fromEntries(documented)).toEqual(exitCodeOf)
})

test('docs/reference/cli.md is what the program prints (npm run docs:cli)', () => {
  expect(read('docs/reference/cli.md')).toBe(cliReference())
})

test('docs/dependencies.md has a line for every dependency, and for no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const lines = [...read('docs/dependencies.md').matchAll(/^\| ([@\w/.-]+)\s+\| \S/gm)].map(
    ([, name = '']) => name,
  )
  const documented = lines.filter(name => name !== 'package' && !name.startsWith('-'))
  expect(new Set(documented)).toEqual(new Set(Object.keys({ ...dependencies, ...devDependencies })))
})

test('no dependency that is installed with us has an install script', () => {
  const { dependencies } = JSON.parse(read('package.json'))
  const { packages } = JSON.parse(read('package-lock.json'))
  const withScripts = Object.keys(dependencies).filter(
    name => packages[`node_modules/${name}`].hasInstallScript === true,
  )
  expect(withScripts).toEqual([])
})

describe('links', () => {
  test.each(pages)('%s: every relative link leads somewhere', page => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    )
    const dead = links.filter(link => !existsSync(join(root, normalize(join(dirname(page), link)))))
    expect(dead).toEqual([])
  })

  test('docs/README.md leads to every page', () => {
    const index = read('docs/README.md')
    const missing = pages
      .filter(page => page.startsWith('docs/') && page !== 'docs/README.md')
      .filter(page => !index.includes(`(${page.slice('docs/'.length)})`))
    expect(missing).toEqual([])
  })
})

test('no file names a machine of ours or a registry', () => {
  // Spelled in parts, so that this file does not find itself.
  const wanted = [
    ['/wo', 'rk/ma'],
    ['/wo', 'rk/w'],
    ['/wo', 'rk/sh'],
    ['/ro', 'ot/'],
    ['registry.np', 'mjs'],
  ].map(parts => parts.join(''))
  const found = tracked.flatMap(file => {
    const text = read(file)
    return wanted.filter(part => text.includes(part)).map(part => `${file}: ${part}`)
  })
  expect(found).toEqual([])
})
