import {
  ALL_CONNECTIONS,
  type ConnectionSet,
  connectionsKey,
  intersectConnections,
  NO_CONNECTIONS,
  unionConnections,
} from './connectionSet.ts';

/** The number of a set in its table. */
export type SetId = number;

export const NONE_ID: SetId = 0;
export const ALL_ID: SetId = 1;

/** Gives equal sets one number, and remembers what two of them come to: a large workspace has few different sets. */
export class ConnectionTable {
  readonly #ids = new Map<string, SetId>();
  readonly #sets: ConnectionSet[] = [];
  readonly #unions = new PairMemo();
  readonly #intersections = new PairMemo();

  constructor() {
    this.idOf(NO_CONNECTIONS);
    this.idOf(ALL_CONNECTIONS);
  }

  idOf(set: ConnectionSet): SetId {
    if (set === NO_CONNECTIONS && this.#sets.length > 0) return NONE_ID;
    if (set === ALL_CONNECTIONS && this.#sets.length > 1) return ALL_ID;
    const key = connectionsKey(set);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#sets.push(set) - 1;
    this.#ids.set(key, id);
    return id;
  }

  setOf(id: SetId): ConnectionSet {
    return this.#sets[id] ?? NO_CONNECTIONS;
  }

  union(a: SetId, b: SetId): SetId {
    if (a === b || b === NONE_ID || a === ALL_ID) return a;
    if (a === NONE_ID || b === ALL_ID) return b;
    return this.#unions.get(a, b) ?? this.#unions.set(a, b, this.idOf(unionConnections(this.setOf(a), this.setOf(b))));
  }

  intersection(a: SetId, b: SetId): SetId {
    if (a === b || a === NONE_ID || b === ALL_ID) return a;
    if (b === NONE_ID || a === ALL_ID) return b;
    const known = this.#intersections.get(a, b);
    if (known !== undefined) return known;
    return this.#intersections.set(a, b, this.idOf(intersectConnections(this.setOf(a), this.setOf(b))));
  }
}

/** Results by two numbers, small ones in a table. */
class PairMemo {
  readonly #table = new Int32Array(SMALL * SMALL);
  readonly #others = new Map<number, SetId>();

  get(a: SetId, b: SetId): SetId | undefined {
    if (a >= SMALL || b >= SMALL) return this.#others.get(a * 2 ** 26 + b);
    const stored = this.#table[a * SMALL + b] ?? 0;
    return stored === 0 ? undefined : stored - 1;
  }

  set(a: SetId, b: SetId, result: SetId): SetId {
    if (a >= SMALL || b >= SMALL) this.#others.set(a * 2 ** 26 + b, result);
    else this.#table[a * SMALL + b] = result + 1;
    return result;
  }
}

const SMALL = 128;
