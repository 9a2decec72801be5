/** Unions and intersections of finished types: no double members, no needless parentheses. */
import { joinNotes } from './schema-note.ts'
import { neverType, type Scope, type Type, unknownType } from './schema-scope.ts'

/** `A | B`: `unknown` takes all, `never` adds nothing. */
export function unite(types: readonly Type[], scope: Scope): Type {
  const [only] = types
  if (only && types.length === 1) return only
  const texts = new Set<string>()
  let note = ''
  for (const type of types) {
    if (scope.docs) note = joinNotes(note, type.note)
    if (type.text === 'never') continue
    if (type.text === 'unknown') return { ...unknownType, note }
    texts.add(type.text)
  }
  if (texts.size === 0) return { ...neverType, note }
  const [first = ''] = texts
  if (texts.size === 1) return { text: first, level: levelOf(first, types), note }
  const separator = scope.docs ? ' | ' : '|'
  return { text: [...texts].join(separator), level: 2, note }
}

/** `A & B`: `unknown` adds nothing, `never` takes all. */
export function intersect(types: readonly Type[], scope: Scope): Type {
  const members = new Map<string, Type>()
  let note = ''
  for (const type of types) {
    note = joinNotes(note, type.note)
    if (type.text === 'never') return { ...neverType, note }
    if (type.text !== 'unknown') members.set(type.text, type)
  }
  const [first] = members.values()
  if (!first) return { ...unknownType, note }
  if (members.size === 1) return { ...first, note }
  const texts = [...members.values()].map(type => (type.level === 2 ? `(${type.text})` : type.text))
  return { text: texts.join(scope.docs ? ' & ' : '&'), level: 1, note }
}

function levelOf(text: string, types: readonly Type[]): Type['level'] {
  return types.find(type => type.text === text)?.level ?? 0
}
