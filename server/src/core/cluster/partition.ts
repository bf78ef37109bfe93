/** Sorts numbers into classes by one criterion after the other: what a criterion tells apart is never one class again. */
export class Partition {
  readonly #classOf: number[] = [];
  readonly #named = new Map<string, number>();
  #next = 0;

  /** Adds the next number, to the class of all with an equal key. */
  add(key: string): number {
    const known = this.#named.get(key);
    const own = known ?? this.#next++;
    if (known === undefined) this.#named.set(key, own);
    return this.#classOf.push(own) - 1;
  }

  get size(): number {
    return this.#classOf.length;
  }

  /** Tells some numbers, each given once, from all others. */
  split(some: Iterable<number>): void {
    const renamed = new Map<number, number>();
    for (const number of some) {
      const before = this.#classOf[number];
      if (before === undefined) continue;
      let after = renamed.get(before);
      if (after === undefined) {
        after = this.#next++;
        renamed.set(before, after);
      }
      this.#classOf[number] = after;
    }
  }

  /** The members of each class, in the order of their first ones, and the class of each number. */
  finish(): { readonly classOf: readonly number[]; readonly members: readonly (readonly number[])[] } {
    const order = new Map<number, number>();
    const members: number[][] = [];
    const classOf = this.#classOf.map((own, number) => {
      const known = order.get(own) ?? members.length;
      order.set(own, known);
      const list = members[known];
      if (list === undefined) members.push([number]);
      else list.push(number);
      return known;
    });
    return { classOf, members };
  }
}
