import type { KnownViews } from '../k8s/knownViews.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode } from '../yaml/node.ts';
import { type KustomizeCache, type KustomizeFiles, newKustomizeCache } from './kustomize/context.ts';

/** So many characters of manifests make some ten megabytes of trees. */
const LIMIT = 400_000;

/**
 * What builds of one workspace folder have made and may use again: for an edit, which changes little, and for questions about
 * trees. It is forgotten where it was made of more text than is worth it, so that memory does not grow with the workspace.
 */
export class BuildMemory {
  #cache = newKustomizeCache();
  #trees = new WeakMap<object, Trees>();
  readonly #files = new Set<string>();
  #size = 0;
  #limit: number;
  /** Views of the builds of one turn: call `clear` at its end. */
  readonly known: KnownViews = new Map();

  /** `limit`: the characters after which it is forgotten. */
  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  get cache(): KustomizeCache {
    return this.#cache;
  }

  /** Call before a build of a kustomization; `includes` is what it lists: what it has in common with earlier ones is kept. */
  makeRoom(file: string, includes: readonly string[]): void {
    if (this.#size <= this.#limit || this.#files.has(file)) return;
    const isNear = includes.some((path) => this.#files.has(path) || this.#files.has(`${path}/kustomization.yaml`));
    if (isNear && this.#size <= 4 * this.#limit) return;
    this.#cache = newKustomizeCache();
    this.#trees = new WeakMap();
    this.known.clear();
    this.#files.clear();
    this.#size = 0;
  }

  /** Keeps the trees of a build for a while, by the views of what it came to. */
  keep(build: object, trees: Trees, read: ReadonlySet<string>, { read: textOf }: KustomizeFiles): void {
    this.#trees.set(build, trees);
    let size = 0;
    for (const path of read) {
      const length = textOf(path)?.length ?? 0;
      size += length;
      if (!this.#files.has(path)) this.#size += length;
      this.#files.add(path);
    }
    // What does not fit by itself would be made anew at every edit.
    this.#limit = Math.max(this.#limit, 2 * size);
  }

  /** What {@link keep} got, as long as it is there. */
  treesOf(build: object): Trees | undefined {
    return this.#trees.get(build);
  }

  /** Tells that something was forgotten too early: from now on more is kept. */
  grow(): void {
    this.#limit *= 2;
  }
}

export type Trees = ReadonlyMap<Resource, YamlNode>;
