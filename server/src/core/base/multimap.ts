/**
 * A map from a key to a list of different values, in the order in which they were added. A key without values is no key.
 * Short lists are arrays; a value of a long one (a label that every workload has) is taken away without going through it.
 */
export class Multimap<K, V> {
  readonly #lists = new Map<K, readonly V[] | LongList<V>>();

  /** The number of keys. */
  get size(): number {
    return this.#lists.size;
  }

  /** The values of a key; empty where there is none. A list given out stays as it is. */
  get(key: K): readonly V[] {
    const list = this.#lists.get(key);
    if (list === undefined) return [];
    if (!(list instanceof LongList)) return list;
    return list.values;
  }

  has(key: K): boolean {
    return this.#lists.has(key);
  }

  keys(): Iterable<K> {
    return this.#lists.keys();
  }

  add(key: K, value: V): void {
    const list = this.#lists.get(key);
    if (list instanceof LongList) list.add(value);
    else if (list === undefined) this.#lists.set(key, [value]);
    else this.#lists.set(key, list.length < LONG ? [...list, value] : new LongList([...list, value]));
  }

  /** Takes a value away; says whether it was there. */
  delete(key: K, value: V): boolean {
    const list = this.#lists.get(key);
    if (list === undefined) return false;
    if (list instanceof LongList) {
      if (!list.delete(value)) return false;
      if (list.size === 0) this.#lists.delete(key);
      return true;
    }
    const index = list.indexOf(value);
    if (index < 0) return false;
    if (list.length === 1) this.#lists.delete(key);
    else this.#lists.set(key, list.toSpliced(index, 1));
    return true;
  }
}

const LONG = 16;

/** Values that change often and are listed seldom: the list is made when it is asked for. */
class LongList<V> {
  readonly #values: Set<V>;
  #listed: readonly V[] | undefined;

  constructor(values: readonly V[]) {
    this.#values = new Set(values);
  }

  get size(): number {
    return this.#values.size;
  }

  get values(): readonly V[] {
    this.#listed ??= [...this.#values];
    return this.#listed;
  }

  add(value: V): void {
    this.#values.add(value);
    this.#listed = undefined;
  }

  delete(value: V): boolean {
    this.#listed = undefined;
    return this.#values.delete(value);
  }
}
