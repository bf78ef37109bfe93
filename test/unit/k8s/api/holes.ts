export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What stands for a value that a template writes. */
export const HOLE = '{{ .Values.x }}';

/** The value once for each value and each name in it, which a template writes there. */
export function* withHoles(value: Json): Generator<Json> {
  yield HOLE;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const hole of withHoles(item)) yield value.with(index, hole);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      for (const hole of withHoles(item)) yield { ...value, [name]: hole };
      const { [name]: _, ...others } = value as Readonly<Record<string, Json>>;
      yield { ...others, '{{ .Values.name }}': item };
    }
  }
}
