import { KIND_TABLE, TYPE_TABLE } from './shapeTable.ts';

/** What the value of a field looks like. */
export type Shape =
  | { readonly kind: 'scalar'; readonly type: ScalarType }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'map'; readonly value: Shape }
  /** `type`: `core.v1.Probe`; its fields are `fieldsOf(type)`. */
  | { readonly kind: 'object'; readonly type: string };

/** `object` and `any` are free: nothing is known of what they hold. */
export type ScalarType =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'number'
  | 'bytes'
  | 'time'
  | 'int-or-string'
  | 'quantity'
  | 'object'
  | 'any';

export interface FieldShape {
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** How a strategic merge patch changes a list: by the items' `mergeKey`, as a set (`''`), or as a whole (`undefined`). */
  readonly mergeKey?: string;
  /** A strategic merge patch drops the fields of the object that it does not name. */
  readonly retainsKeys: boolean;
}

/** The type of a built-in kind, `undefined` where Kubernetes 1.35 serves none: `apps/v1`, `Deployment`. */
export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  return TYPE_OF_KIND.get(`${apiVersion}/${kind}`);
}

/** The fields of a type; `undefined` for types that the table lacks. */
export function fieldsOf(type: string): ReadonlyMap<string, FieldShape> | undefined {
  return READ_TYPE.get(type)?.();
}

/** `apps/v1 apps.v1 Deployment DaemonSet …`: the apiVersion, the package of its types, the kinds. */
const TYPE_OF_KIND: ReadonlyMap<string, string> = new Map(
  KIND_TABLE.trim()
    .split('\n')
    .flatMap((line) => {
      const [apiVersion, name, ...kinds] = line.split(' ');
      return kinds.map((kind) => [`${apiVersion}/${kind}`, `${name}.${kind}`] as const);
    }),
);

/** Each type is read when it is first asked for: most sessions see few of them. */
const READ_TYPE: ReadonlyMap<string, () => ReadonlyMap<string, FieldShape>> = new Map(
  TYPE_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [type = '', ...fields] = line.split(' ');
      return [type, once(() => readFields(type, fields))];
    }),
);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const SCALARS: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  i: 'integer',
  b: 'boolean',
  n: 'number',
  y: 'bytes',
  t: 'time',
  x: 'int-or-string',
  q: 'quantity',
  o: 'object',
  a: 'any',
};

/** `name!~@mergeKey:type`: `!` required, `~` retains keys, `@` merged; types `[]s`, `{}s`, `i`, `Probe`, `meta.v1.Time`. */
function readFields(type: string, fields: readonly string[]): ReadonlyMap<string, FieldShape> {
  const own = type.slice(0, type.lastIndexOf('.') + 1);
  return new Map(
    fields.map((text) => {
      const [, name = '', required, retains, merge, code = ''] = /^([^!~@:]+)(!?)(~?)(@[^:]*)?:(.+)$/.exec(text) ?? [];
      const mergeKey = merge?.slice(1);
      const field: FieldShape = {
        shape: readShape(code, own),
        isRequired: required === '!',
        retainsKeys: retains === '~',
        ...(mergeKey === undefined ? {} : { mergeKey }),
      };
      return [name, field];
    }),
  );
}

function readShape(code: string, own: string): Shape {
  if (code.startsWith('[]')) return { kind: 'list', item: readShape(code.slice(2), own) };
  if (code.startsWith('{}')) return { kind: 'map', value: readShape(code.slice(2), own) };
  const scalar = Object.hasOwn(SCALARS, code) ? SCALARS[code] : undefined;
  if (scalar !== undefined) return { kind: 'scalar', type: scalar };
  return { kind: 'object', type: code.includes('.') ? code : own + code };
}
