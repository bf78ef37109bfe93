/** What was made of each item of a list. */
export interface Kept<K, V> {
  readonly keys: readonly K[];
  readonly values: readonly V[];
}

/**
 * Makes something of each item of a list. Items that are those of the last time, most of them in the same places, bring
 * along what was made of them then. (A WeakMap by item would do the same, and costs the garbage collector dear.)
 */
export function keep<K extends object, V>(
  before: Kept<K, V> | undefined,
  keys: readonly K[],
  make: (key: K, old: V | undefined) => V,
): Kept<K, V> {
  let places: Map<K, number> | undefined;
  const values = keys.map((key, index) => {
    if (before === undefined) return make(key, undefined);
    if (before.keys[index] === key) return make(key, before.values[index]);
    places ??= new Map(before.keys.map((own, place) => [own, place]));
    const place = places.get(key);
    return make(key, place === undefined ? undefined : before.values[place]);
  });
  return { keys, values };
}
