/** A tool's parameters and result as types: the compiler's output, made fit for a function. */
import type { JsonSchema, Tool } from '../catalog/index.ts'
import { declaredTypes } from './schema-kinds.ts'
import { joinNotes } from './schema-note.ts'
import { isSchemaObject } from './schema-scope.ts'
import { type CompiledSchema, compileSchema, type NamedType } from './schema-type.ts'

export interface ToolTypes {
  /** `{}` where the tool takes none. */
  readonly params: string
  /** True where calling it without any is right. */
  readonly isOptional: boolean
  /** Absent where the server declares no outputSchema. */
  readonly result: string | undefined
  /** Named types that both may use. */
  readonly types: readonly NamedType[]
  /** What stands beside no property: about the parameters as a whole. */
  readonly note: string
}

export interface ToolTypesOptions {
  readonly docs: boolean
  /** No comments in the result's type. */
  readonly plainResult?: boolean
}

/** Compiles both schemas of a tool; `docs` adds comments. */
export function toolTypes(tool: Tool, { docs, plainResult = false }: ToolTypesOptions): ToolTypes {
  const input = paramsType(tool.inputSchema, docs)
  const takenNames = input.types.map(({ name }) => name)
  const output =
    tool.outputSchema === undefined
      ? undefined
      : compileSchema(tool.outputSchema, {
          docs: docs && !plainResult,
          takenNames,
          rootName: 'Result',
        })
  return {
    params: input.text,
    isOptional: mayBeEmpty(tool.inputSchema),
    result: output?.text,
    types: output ? [...input.types, ...output.types] : input.types,
    note: joinNotes(input.note, output && output.note !== '' ? `result: ${output.note}` : ''),
  }
}

/** Arguments are always an object, whatever the schema's root says or forgets. */
function paramsType(schema: JsonSchema, docs: boolean): CompiledSchema {
  const anything: CompiledSchema = { text: 'Record<string, unknown>', note: '', types: [] }
  if (!isSchemaObject(schema)) return anything
  const declared = declaredTypes(schema)
  if (declared && !declared.includes('object')) {
    return { ...anything, note: 'the input schema describes no object' }
  }
  const root = compileSchema(schema, {
    docs,
    allowed: ['object'],
    rootName: 'Params',
  })
  if (root.text === 'unknown') return { ...root, text: takesNone(schema) ? '{}' : anything.text }
  if (root.text === 'never') return { ...anything, note: 'the input schema contradicts itself' }
  if (root.text === 'Record<string, never>' || takesNone(schema)) return { ...root, text: '{}' }
  return root
}

/** `properties: {}` is how servers say "no arguments"; a schema without the word says nothing about them. */
function takesNone(schema: JsonSchema): boolean {
  if (!isSchemaObject(schema)) return false
  const { properties, additionalProperties = false } = schema
  const isEmpty = isSchemaObject(properties) && Object.keys(properties).length === 0
  return isEmpty && additionalProperties === false && !speaksElsewhere(schema)
}

/** True for schemas whose every key is optional, as far as the root alone can tell. */
function mayBeEmpty(schema: JsonSchema): boolean {
  if (!isSchemaObject(schema)) return true
  const { required } = schema
  return !(Array.isArray(required) && required.length > 0) && !speaksElsewhere(schema)
}

function speaksElsewhere(schema: JsonSchema): boolean {
  const keywords = ['$ref', 'anyOf', 'oneOf', 'allOf', 'patternProperties', 'required']
  return isSchemaObject(schema) && keywords.some(keyword => isTelling(schema[keyword]))
}

function isTelling(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}
