/**
 * A map from a key to a list of different values, in the order in which they were added. A key without values is no key.
 * Short lists are arrays; a value of a long one (a label that every workload has) is taken away without going through it.
 */
export class Multimap<K, V> {
  /** A single value, of which there are most, stands without a list. */
  readonly #held = new Map<K, V | ShortList<V> | LongList<V>>();

  /** The number of keys. */
  get size(): number {
    return this.#held.size;
  }

  /** The values of a key; empty where there is none. A list given out stays as it is. */
  get(key: K): readonly V[] {
    const held = this.#held.get(key);
    if (held === undefined) return NONE;
    return held instanceof ShortList || held instanceof LongList ? held.values : [held];
  }

  has(key: K): boolean {
    return this.#held.has(key);
  }

  keys(): Iterable<K> {
    return this.#held.keys();
  }

  add(key: K, value: V): void {
    const held = this.#held.get(key);
    if (held instanceof LongList) held.add(value);
    else if (held instanceof ShortList) this.#held.set(key, toList([...held.values, value]));
    else this.#held.set(key, held === undefined ? value : toList([held, value]));
  }

  /** Takes a value away; says whether it was there. */
  delete(key: K, value: V): boolean {
    const held = this.#held.get(key);
    if (held === undefined) return false;
    if (held instanceof LongList) {
      if (!held.delete(value)) return false;
      if (held.size === 0) this.#held.delete(key);
      return true;
    }
    if (!(held instanceof ShortList)) return held === value && this.#held.delete(key);
    const rest = held.values.filter((other) => other !== value);
    if (rest.length === held.values.length) return false;
    if (rest.length === 0) this.#held.delete(key);
    else this.#held.set(key, new ShortList(rest));
    return true;
  }
}

const NONE: readonly never[] = [];
const LONG = 16;

function toList<V>(values: readonly V[]): ShortList<V> | LongList<V> {
  return values.length <= LONG ? new ShortList(values) : new LongList(values);
}

class ShortList<V> {
  readonly values: readonly V[];

  constructor(values: readonly V[]) {
    this.values = values;
  }
}

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
