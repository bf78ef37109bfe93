import type { YamlPair } from './node.ts';

/** Counts what following aliases and merges would visit, so that a small text cannot become a large tree. */
export class Expansion {
  /** Nodes as Go visits them, aliases followed. */
  visited = 0;
  #visitedByAlias = 0;
  /** Anchors by the size of what they name, aliases followed. */
  readonly #sizes = new Map<string, number>();
  /** Mappings with `<<`, by the pairs that expanding them visits; and how deep their merges go. */
  readonly #merges = new Map<readonly YamlPair[], { readonly work: number; readonly depth: number }>();
  #mergeWork = 0;

  /** Notes how much an anchor names: itself and all that was visited since `before`. */
  setSize(anchor: string, before: number): void {
    this.#sizes.set(anchor, this.visited - before + 1);
  }

  /**
   * Whether the document may hold this alias too: Go counts every node it visits and refuses a document that is made of
   * aliases for the most part (go-yaml v2, decode.go, `allowedAliasRatio`).
   */
  addAlias(name: string): boolean {
    const size = this.#sizes.get(name) ?? 1;
    this.visited = Math.min(this.visited + size, Number.MAX_SAFE_INTEGER);
    this.#visitedByAlias = Math.min(this.#visitedByAlias + size, Number.MAX_SAFE_INTEGER);
    const share = Math.min(Math.max((this.visited - 400_000) / 3_600_000, 0), 1);
    const allowed = 0.99 - 0.89 * share;
    return this.#visitedByAlias <= 100 || this.visited <= 1000 || this.#visitedByAlias / this.visited <= allowed;
  }

  /** Whether a mapping's merges may be expanded; every reader repeats that, and a chain of lists would multiply it. */
  addMerges(pairs: readonly YamlPair[]): boolean {
    let work = pairs.length;
    let depth = 0;
    for (const pair of pairs) {
      if (!pair.merge) continue;
      for (const source of pair.value.kind === 'sequence' ? pair.value.items : [pair.value]) {
        if (source.kind !== 'mapping') continue;
        const merges = this.#merges.get(source.pairs);
        work += merges?.work ?? source.pairs.length;
        depth = Math.max(depth, (merges?.depth ?? 0) + 1);
      }
    }
    this.#mergeWork += work;
    if (work > MAX_MERGE_WORK || depth > MAX_MERGE_DEPTH || this.#mergeWork > MAX_MERGE_WORK * 10) return false;
    this.#merges.set(pairs, { work, depth });
    return true;
  }
}

const MAX_MERGE_WORK = 10_000;
const MAX_MERGE_DEPTH = 15;
