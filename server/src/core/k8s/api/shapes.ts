import { KIND_LINES, TYPE_LINES } from './shapeTable.ts';

/** What the API server takes at a place of an object; `null` it takes everywhere. */
export type Shape = StructShape | ListShape | MapShape | PlainShape;

export interface StructShape {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: ReadonlyMap<string, Shape>;
}

export interface ListShape {
  readonly kind: 'list';
  readonly items: Shape;
}

export interface MapShape {
  readonly kind: 'map';
  readonly values: Shape;
}

/** See the codes of {@link TYPE_LINES}; `schema-or-…` are the types of a CustomResourceDefinition that take several forms. */
export interface PlainShape {
  readonly kind:
    | 'string'
    | 'int32'
    | 'int64'
    | 'number'
    | 'boolean'
    | 'bytes'
    | 'quantity'
    | 'int-or-string'
    | 'time'
    | 'micro-time'
    | 'empty'
    | 'any'
    | 'schema-or-boolean'
    | 'schema-or-schemas'
    | 'schema-or-strings';
}

const PLAIN: ReadonlyMap<string, PlainShape> = new Map(
  (
    [
      ['s', 'string'],
      ['i', 'int32'],
      ['l', 'int64'],
      ['n', 'number'],
      ['b', 'boolean'],
      ['y', 'bytes'],
      ['q', 'quantity'],
      ['p', 'int-or-string'],
      ['t', 'time'],
      ['m', 'micro-time'],
      ['o', 'empty'],
      ['*', 'any'],
      ['B', 'schema-or-boolean'],
      ['A', 'schema-or-schemas'],
      ['S', 'schema-or-strings'],
    ] as const
  ).map(([code, kind]) => [code, { kind }]),
);

const STRUCTS = readStructs();

/** A type by its name in the table: `JSONSchemaProps`. */
export function structOf(name: string): StructShape | undefined {
  return STRUCTS.get(name);
}

/** The kinds that the server has, by apiVersion, each with the shape of its objects. */
export const SERVED_KINDS: ReadonlyMap<string, ReadonlyMap<string, StructShape>> = new Map(
  linesOf(KIND_LINES).map(([apiVersion = '', ...kinds]) => [
    apiVersion,
    new Map(
      kinds.flatMap((written) => {
        const [kind = '', type = kind] = written.split('=');
        const shape = STRUCTS.get(type);
        return shape === undefined ? [] : [[kind, shape] as const];
      }),
    ),
  ]),
);

/** Types refer to each other, and to themselves: all exist before the first gets its fields. */
function readStructs(): ReadonlyMap<string, StructShape> {
  const lines = linesOf(TYPE_LINES);
  const fieldsOf = new Map<string, Map<string, Shape>>();
  const structs = new Map<string, StructShape>();
  for (const [name = ''] of lines) {
    const fields = new Map<string, Shape>();
    fieldsOf.set(name, fields);
    structs.set(name, { kind: 'struct', name, fields });
  }
  for (const [name = '', ...groups] of lines) {
    const fields = fieldsOf.get(name);
    for (const group of groups) {
      const [code = '', names = ''] = group.split(':');
      const shape = toShape(code, structs);
      for (const field of names.split(',')) fields?.set(field, shape);
    }
  }
  return structs;
}

function toShape(code: string, structs: ReadonlyMap<string, StructShape>): Shape {
  if (code.startsWith('[')) return { kind: 'list', items: toShape(code.slice(1), structs) };
  if (code.startsWith('{')) return { kind: 'map', values: toShape(code.slice(1), structs) };
  return PLAIN.get(code) ?? structs.get(code) ?? { kind: 'any' };
}

function linesOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
