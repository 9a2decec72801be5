import { describe, expect, test } from 'vitest'

import { summarise } from './summarise.ts'

describe('summarise', () => {
  test('tells shape, count and a complete head of a list', () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, name: `n${id}`, tags: ['a'] }))
    expect(summarise(rows)).toEqual({
      shape: '{ id: number; name: string; tags: string[1] }[1000]',
      bytes: JSON.stringify(rows).length,
      count: 1000,
      head: rows.slice(0, 3),
    })
  })

  test('keeps texts whole characters long', () => {
    const { head, count } = summarise('😀'.repeat(2000))
    expect(count).toBe(4000)
    expect(head).toBe(`${'😀'.repeat(512)}…`)
  })

  test.each([
    { value: 5, shape: 'number' },
    { value: null, shape: 'null' },
    { value: [1, 'a', null], shape: '(number | string | null)[3]' },
    { value: [], shape: 'unknown[0]' },
    {
      value: { 'a-b': { c: { d: { e: { f: 1 } } } } },
      shape: '{ "a-b": { c: { d: { e: {…} } } } }',
    },
  ])('$value has the shape $shape', ({ value, shape }) => {
    expect(summarise(value).shape).toBe(shape)
  })

  test('bounds what it says of a wide object', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`key${at}`, 'x'.repeat(100)]),
    )
    const { shape, head, count } = summarise(wide)
    expect(count).toBe(500)
    expect(shape.length).toBeLessThanOrEqual(1001)
    expect(shape).toContain('… 480 more')
    expect(JSON.stringify(head).length).toBeLessThan(2048)
  })
})
