/** Random schemas, and values that they accept. */
import * as fc from 'fast-check'

type Schema = boolean | Record<string, unknown>

const nasty = fc.constantFrom(
  '*/ export const pwn = 1 /*',
  '`${process.exit()}`',
  '"; throw 1; //',
  '// @ts-ignore',
  '@ts-expect-error',
  '\u2028import "x"\u2029',
  '\r\nimport "fs"',
  '\u202Egnp.exe',
  '</script><!--',
  '\u001B[31m',
  '//# sourceMappingURL=data:,',
  '/// <reference path="x" />',
  '__proto__',
  'constructor',
  '\\',
  '\uD800',
  '',
)
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), nasty)
/** Data whose keys are the names that JavaScript itself asks objects for. */
const inherited = fc.dictionary(
  fc.constantFrom('toString', 'valueOf', 'toJSON', 'hasOwnProperty', 'constructor', 'length'),
  fc.jsonValue({ maxDepth: 1 }),
)
const anyJson = fc.oneof(fc.jsonValue(), inherited, fc.array(inherited, { maxLength: 2 }))
const notes = fc.record(
  {
    description: text,
    title: text,
    default: anyJson,
    examples: fc.array(text),
    format: text,
    pattern: text,
  },
  { requiredKeys: [] },
)

/** Any schema at all: valid, odd or broken. */
export const anySchema: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema; object: Schema }>(
  tie => ({
    schema: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Schema>(true, false, {}, { type: 'string' }, { type: ['number', 'null'] }),
      fc
        .tuple(
          notes,
          fc.record({
            type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'nonsense'),
          }),
        )
        .map(merge),
      fc.tuple(notes, fc.record({ enum: fc.array(fc.oneof(text, anyJson)) })).map(merge),
      fc.record({ const: anyJson }),
      fc.record({
        $ref: fc.oneof(
          fc.constantFrom('#', '#/properties/a', '#/$defs/a', '#/anyOf/0', '#x', 'http://x/y'),
          text,
        ),
      }),
      tie('object'),
      fc
        .tuple(
          notes,
          fc.record(
            {
              type: fc.constant('array'),
              items: tie('schema'),
              minItems: fc.nat(5),
              maxItems: fc.nat(5),
            },
            { requiredKeys: ['type'] },
          ),
        )
        .map(merge),
      fc.record(
        {
          type: fc.constant('array'),
          prefixItems: fc.array(tie('schema'), { maxLength: 3 }),
          minItems: fc.nat(3),
        },
        { requiredKeys: ['type', 'prefixItems'] },
      ),
      ...['anyOf', 'oneOf', 'allOf'].map(keyword =>
        fc
          .tuple(tie('object'), fc.array(tie('schema'), { maxLength: 4 }))
          .map(([base, branches]) => merge([base, { [keyword]: branches }])),
      ),
      fc.record({ not: tie('schema') }),
      fc.dictionary(
        fc.constantFrom(
          'type',
          'properties',
          'items',
          'required',
          'enum',
          'anyOf',
          '$ref',
          'additionalProperties',
          'patternProperties',
          'propertyNames',
        ),
        anyJson,
      ),
    ),
    object: fc
      .tuple(
        notes,
        fc.record(
          {
            type: fc.constant('object'),
            properties: fc.dictionary(
              fc.oneof(fc.constantFrom('a', 'b', 'c'), text),
              tie('schema'),
              { maxKeys: 4 },
            ),
            required: fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), text), { maxLength: 3 }),
            additionalProperties: tie('schema'),
            patternProperties: fc.dictionary(text, tie('schema'), { maxKeys: 2 }),
            propertyNames: tie('schema'),
            $defs: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema'), { maxKeys: 2 }),
            dependentRequired: fc.dictionary(
              fc.constantFrom('a', 'b'),
              fc.array(text, { maxLength: 2 }),
              { maxKeys: 1 },
            ),
          },
          { requiredKeys: ['type'] },
        ),
      )
      .map(merge),
  }),
).schema

function merge([first, second]: readonly [object | boolean, object]): Schema {
  return { ...(typeof first === 'object' ? first : {}), ...second }
}

/** A schema together with a value it accepts. */
export interface Sample {
  readonly schema: Schema
  readonly value: unknown
}

const keys = fc.uniqueArray(
  fc.oneof(fc.constantFrom('a', 'b-c', 'class', '1'), fc.string({ minLength: 1, maxLength: 5 })),
  { minLength: 1, maxLength: 4 },
)

/** Schemas that say what they mean, made together with a value: what is accepted must compile. */
export const sample: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample }>(tie => ({
  sample: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    fc.string().map(value => ({ schema: { type: 'string' }, value })),
    fc.integer().map(value => ({ schema: { type: 'integer' }, value })),
    fc.boolean().map(value => ({ schema: { type: 'boolean' }, value })),
    fc.constant({ schema: { type: ['string', 'null'] }, value: null }),
    fc
      .uniqueArray(fc.string(), { minLength: 1 })
      .chain(values =>
        fc.constantFrom(...values).map(value => ({ schema: { enum: values }, value })),
      ),
    fc.jsonValue().map(value => ({ schema: { const: value }, value })),
    fc.array(tie('sample'), { minLength: 1, maxLength: 3 }).map(items => ({
      schema: {
        type: 'array',
        prefixItems: items.map(({ schema }) => schema),
        items: false,
        minItems: items.length,
      },
      value: items.map(({ value }) => value),
    })),
    fc.tuple(tie('sample'), fc.nat(3)).map(([{ schema, value }, length]) => ({
      schema: { type: 'array', items: schema },
      value: Array.from({ length }, () => value),
    })),
    fc
      .tuple(
        keys,
        fc.array(tie('sample'), { minLength: 4, maxLength: 4 }),
        fc.nat(15),
        fc.constantFrom(undefined, false, true),
      )
      .map(([names, samples, optional, additionalProperties]) =>
        objectSample(names, samples, { optional, additionalProperties }),
      ),
    fc
      .tuple(
        fc.constantFrom('anyOf', 'oneOf'),
        fc.array(tie('sample'), { minLength: 2, maxLength: 3 }),
        fc.nat(2),
      )
      .map(([keyword, samples, pick]) => ({
        schema: { [keyword]: samples.map(({ schema }) => schema) },
        value: samples[pick % samples.length]?.value,
      })),
    fc.tuple(keys, tie('sample')).map(([names, { schema, value }]) => ({
      schema: { type: 'object', additionalProperties: schema },
      value: Object.fromEntries(names.map(name => [name, value])),
    })),
  ),
})).sample

function objectSample(
  names: readonly string[],
  samples: readonly Sample[],
  {
    optional,
    additionalProperties,
  }: { readonly optional: number; readonly additionalProperties: boolean | undefined },
): Sample {
  const parts = names.map((name, index) => ({
    name,
    ...(samples[index] ?? { schema: true, value: 1 }),
    isOptional: (optional & (1 << index)) !== 0,
  }))
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(parts.map(({ name, schema }) => [name, schema])),
      required: parts.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
      ...(additionalProperties !== undefined && { additionalProperties }),
    },
    value: Object.fromEntries(
      parts
        .filter(({ isOptional }, index) => !isOptional || index % 2 === 0)
        .map(({ name, value }) => [name, value]),
    ),
  }
}
