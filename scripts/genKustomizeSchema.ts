// Writes what kustomize's built-in schema says of merging lists: node scripts/run.mjs scripts/genKustomizeSchema.ts SWAGGER.pb
// SWAGGER.pb is kyaml/openapi/kubernetesapi/v1_21_2/swagger.pb of kubernetes-sigs/kustomize: an OpenAPI 2 document as
// the messages of google/gnostic-models (openapiv2/OpenAPIv2.proto), whose field numbers are used here.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const OUTPUT = path.resolve('server/src/core/sources/kustomize/schemaTable.ts');

interface Schema {
  ref: string | undefined;
  readonly properties: Map<string, Schema>;
  additional: Schema | undefined;
  items: Schema | undefined;
  readonly extensions: Map<string, string>;
}

/** `[type]` for an object, `[type, keys]` for a list merged by keys (none for plain values). */
type FieldEntry = readonly [type: number] | readonly [type: number, keys: string];

main();

function main(): void {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write('Give the path of swagger.pb.\n');
    process.exitCode = 2;
    return;
  }
  const definitions = readDefinitions(readFileSync(file));
  const table = makeTable(definitions);
  writeFileSync(OUTPUT, render(table));
  process.stdout.write(`${Object.keys(table.kinds).length} kinds, ${table.types.length} types\n`);
}

interface Table {
  readonly kinds: Record<string, number>;
  readonly types: Record<string, FieldEntry>[];
}

function makeTable(definitions: ReadonlyMap<string, Schema>): Table {
  const types: Record<string, FieldEntry>[] = [];
  const indexOf = new Map<string, number>();
  const cache = new Map<string, number | undefined>();
  const resolve = (schema: Schema): Schema => {
    const name = schema.ref?.replace('#/definitions/', '');
    const target = name === undefined ? undefined : definitions.get(name);
    return target === undefined ? schema : resolve(target);
  };
  /** The type's index, `undefined` where nothing below it is merged as a list. */
  const toType = (schema: Schema, above: readonly Schema[]): number | undefined => {
    const name = schema.ref;
    if (name !== undefined && cache.has(name)) return cache.get(name);
    const target = resolve(schema);
    if (above.includes(target)) return undefined;
    const fields: Record<string, FieldEntry> = {};
    for (const [field, value] of [...target.properties].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const entry = toField(value, [...above, target]);
      if (entry !== undefined) fields[field] = entry;
    }
    if (target.additional !== undefined) {
      const entry = toField(target.additional, [...above, target]);
      if (entry !== undefined) fields['*'] = entry;
    }
    const key = JSON.stringify(fields);
    let index: number | undefined;
    if (key !== '{}') {
      index = indexOf.get(key) ?? types.push(fields) - 1;
      indexOf.set(key, index);
    }
    if (name !== undefined) cache.set(name, index);
    return index;
  };
  const toField = (schema: Schema, above: readonly Schema[]): FieldEntry | undefined => {
    const target = resolve(schema);
    if (target.items === undefined) {
      const type = toType(schema, above);
      return type === undefined ? undefined : [type];
    }
    const strategy = schema.extensions.get('x-kubernetes-patch-strategy') ?? '';
    const element = toType(target.items, above) ?? -1;
    if (!strategy.split(',').includes('merge')) return undefined;
    const keys =
      list(schema.extensions.get('x-kubernetes-list-map-keys')) ??
      list(schema.extensions.get('x-kubernetes-patch-merge-key')) ??
      [];
    return [element, keys.join(' ')];
  };
  const kinds: Record<string, number> = {};
  for (const [name, schema] of [...definitions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const gvks = schema.extensions.get('x-kubernetes-group-version-kind');
    if (gvks === undefined) continue;
    const type = toType({ ...schema, ref: `#/definitions/${name}` }, []);
    if (type === undefined) continue;
    for (const { group, version, kind } of readGvks(gvks)) {
      kinds[group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`] = type;
    }
  }
  return { kinds, types };
}

function readGvks(yaml: string): { group: string; version: string; kind: string }[] {
  return yaml
    .split(/^- /m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const find = (key: string) => new RegExp(`^\\s*${key}: *"?([^"\\n]*)"?$`, 'm').exec(part)?.[1]?.trim() ?? '';
      return { group: find('group'), version: find('version'), kind: find('kind') };
    });
}

function list(yaml: string | undefined): string[] | undefined {
  if (yaml === undefined) return undefined;
  return yaml
    .split('\n')
    .map((line) => line.replace(/^- /, '').trim())
    .filter((line) => line !== '');
}

function render({ kinds, types }: Table): string {
  const kindLines = Object.entries(kinds).map(([kind, type]) => `  '${kind}': ${type},`);
  const typeLines = types.map((fields) => {
    const parts = Object.entries(fields).map(([name, [type, keys]]) => {
      const key = /^\w+$/.test(name) ? name : `'${name}'`;
      return `${key}: ${keys === undefined ? `[${type}]` : `[${type}, '${keys}']`}`;
    });
    return `  { ${parts.join(', ')} },`;
  });
  return `// Generated by scripts/genKustomizeSchema.ts from kustomize's built-in schema (Kubernetes 1.21.2).

/** A field's type by its index in {@link TYPES} (-1: nothing below is merged); for a list also its merge keys. */
export type FieldEntry = readonly [type: number] | readonly [type: number, keys: string];

/** Types by \`apiVersion/kind\`. */
export const KINDS: Readonly<Record<string, number>> = {
${kindLines.join('\n')}
};

/** The fields below which lists are merged; \`*\` stands for every other name. */
export const TYPES: readonly Readonly<Record<string, FieldEntry>>[] = [
${typeLines.join('\n')}
];
`;
}

function readDefinitions(bytes: Buffer): Map<string, Schema> {
  const result = new Map<string, Schema>();
  for (const definitions of children(bytes, 9)) {
    for (const named of children(definitions, 1)) {
      const [value] = children(named, 2);
      if (value !== undefined) result.set(text(named, 1) ?? '', readSchema(value));
    }
  }
  return result;
}

function readSchema(bytes: Buffer): Schema {
  const schema: Schema = {
    ref: text(bytes, 1),
    properties: new Map(),
    additional: undefined,
    items: undefined,
    extensions: new Map(),
  };
  for (const item of children(bytes, 21)) for (const value of children(item, 1)) schema.additional = readSchema(value);
  for (const item of children(bytes, 23)) for (const value of children(item, 1)) schema.items = readSchema(value);
  for (const properties of children(bytes, 25)) {
    for (const named of children(properties, 1)) {
      const [value] = children(named, 2);
      if (value !== undefined) schema.properties.set(text(named, 1) ?? '', readSchema(value));
    }
  }
  for (const extension of children(bytes, 31)) {
    const [value] = children(extension, 2);
    if (value !== undefined) schema.extensions.set(text(extension, 1) ?? '', text(value, 2)?.trim() ?? '');
  }
  return schema;
}

function text(bytes: Buffer, field: number): string | undefined {
  return children(bytes, field)[0]?.toString('utf8');
}

/** The length-delimited values of one field of a protobuf message. */
function children(bytes: Buffer, field: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 2) {
      const length = varint();
      if (tag >> 3 === field) found.push(bytes.subarray(at, at + length));
      at += length;
    } else if (wire === 0) varint();
    else at += wire === 1 ? 8 : 4;
  }
  return found;
}
