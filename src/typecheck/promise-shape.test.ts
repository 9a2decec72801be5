import { expect, test } from 'vitest'

import { howLost } from './promise-shape.ts'

test.each([
  ['result', 'Promise<number>', 'itself'],
  ['result', 'Promise<number> | undefined', 'itself'],
  ['result', 'Promise<number>[]', undefined],
  ['result', '() => Promise<number>', undefined],
  ['result', 'PromiseSettledResult<number>', undefined],
  ['tested', 'Promise<number> | undefined', undefined],
  ['tested', 'Promise<{ a: 1 | 2; }> | PromiseLike<string>', 'itself'],
  ['list', 'Promise<number>[]', 'inside'],
  ['list', '(Promise<number> | Promise<string>)[]', 'inside'],
  ['list', '[Promise<number>, string]', 'inside'],
  ['list', 'Promise<number[]>', undefined],
  ['members', '{ a: { b: Promise<number>; }; }', 'inside'],
  ['members', 'Promise<{ a: Promise<number>; }>', 'inside'],
  ['members', 'Record<string, Promise<number>>', 'inside'],
  ['members', 'Promise<number>', undefined],
  ['members', 'Map<string, Promise<number>>', undefined],
  ['members', '{ run: () => Promise<number>; }', undefined],
  ['members', '{ run(): Promise<number>; }', undefined],
  ['members', '{ kind: "Promise<x>"; }', undefined],
  ['members', '{ a: MyPromise<number>; }', undefined],
  ['callback', '(id: string) => Promise<number>', 'callback'],
  ['callback', '(f: () => Promise<number>) => number', undefined],
] as const)('%s of %s: %s', (loss, type, how) => {
  expect(howLost(loss, type)).toBe(how)
})
