/** A map from a key to a list of values, in the order in which they were added. A key without values is no key. */
export class Multimap<K, V> {
  readonly #lists = new Map<K, V[]>();

  /** The number of keys. */
  get size(): number {
    return this.#lists.size;
  }

  /** The values of a key; empty where there is none. */
  get(key: K): readonly V[] {
    return this.#lists.get(key) ?? [];
  }

  has(key: K): boolean {
    return this.#lists.has(key);
  }

  keys(): Iterable<K> {
    return this.#lists.keys();
  }

  add(key: K, value: V): void {
    const list = this.#lists.get(key);
    if (list) list.push(value);
    else this.#lists.set(key, [value]);
  }

  /** Takes one occurrence of a value away; says whether there was one. A list given out before stays as it was. */
  delete(key: K, value: V): boolean {
    const list = this.#lists.get(key);
    const index = list?.indexOf(value) ?? -1;
    if (list === undefined || index < 0) return false;
    if (list.length === 1) this.#lists.delete(key);
    else this.#lists.set(key, list.toSpliced(index, 1));
    return true;
  }
}
