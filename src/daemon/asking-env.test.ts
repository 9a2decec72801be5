import { expect, test } from 'vitest'

import { CallerEnv } from './asking-env.ts'

test('a view shows what is learnt after it was taken, and names what nobody has told', () => {
  const caller = new CallerEnv()
  caller.learn('HOME', '/home/ann')
  const { env, unknown } = caller.asking()
  expect([env['HOME'], env['TOKEN'], env['toString']]).toEqual(['/home/ann', undefined, undefined])
  expect([...unknown]).toEqual(['TOKEN'])
  caller.learn('LATE', 'told to another request')
  expect(env['LATE']).toBe('told to another request')
  expect([...unknown]).toEqual(['TOKEN'])
})

test('the plain copy is the same object until something is learnt', () => {
  const caller = new CallerEnv()
  caller.learn('HOME', '/home/ann')
  const before = caller.values
  expect(caller.values).toBe(before)
  caller.learn('GONE', undefined)
  expect(caller.values).toEqual({ HOME: '/home/ann', GONE: undefined })
})
