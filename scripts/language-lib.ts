/**
 * The declarations of the language programs are written in, as few texts: the compiler's own library files without comments
 * (they parse four times faster so), and without the values that the sandbox does not have.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { platform, arch } = process
const fromCompiler = createRequire(
  createRequire(import.meta.url).resolve('typescript/package.json'),
)
const folder = join(
  dirname(fromCompiler.resolve(`@typescript/typescript-${platform}-${arch}/package.json`)),
  'lib',
)

const reference = /^\/\/\/ <reference lib="([^"]+)" \/>/gm
/** Left out whole: nothing of them exists in the sandbox. */
const absentLibs = new Set(['decorators', 'decorators.legacy', 'esnext.decorators'])
/** Values the sandbox does not have; their types stay, since other declarations use them. */
const absentValues = /^declare (?:var|const) (?:SharedArrayBuffer|Atomics)\b[^\n]*;$/gm

/** JSON text of an array of declaration files: one merged, and each that has to stay a module of its own. */
export async function languageLib(): Promise<string> {
  const modules: string[] = []
  const seen = new Set(absentLibs)
  const read = async (name: string): Promise<string> => {
    if (seen.has(name)) return ''
    seen.add(name)
    const text = await readFile(join(folder, `lib.${name}.d.ts`), 'utf8')
    let before = ''
    for (const [, needed = ''] of text.matchAll(reference)) before += await read(needed)
    if (/^export \{\}/m.test(text)) modules.push(text)
    else before += text
    return before
  }
  const merged = (await read('esnext')).replaceAll('\r', '').replaceAll(absentValues, '')
  return JSON.stringify([withoutIntlValues(merged), ...modules].map(withoutComments))
}

/** `Intl` keeps its types, which `toLocaleString` takes, and loses its values: the engine has none. */
function withoutIntlValues(text: string): string {
  return text.replaceAll(/^declare namespace Intl \{[\s\S]*?^\}/gm, block =>
    block
      .replaceAll(/^ {4}(?:var|const) \w+: [^\n]*;$/gm, '')
      .replaceAll(/^ {4}(?:var|const) \w+: \{$[\s\S]*?^ {4}\};?$/gm, '')
      .replaceAll(/^ {4}function [^\n]*;$/gm, ''),
  )
}

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^[ \t]+/gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
}
