import { dirname } from '../base/path.ts';
import { findTestFolder } from '../sources/gitops/testInputs.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Siblings, Unit } from '../sources/unit.ts';

interface LooseUnit {
  readonly index: ResourceIndex;
  readonly unit: Unit;
  unreadFiles: number;
}

export interface LooseOptions {
  readonly root: string;
  readonly siblings: Siblings;
  /** What belongs to other units, as written. */
  readonly members: ResourceIndex;
  /** The objects of charts, as Helm renders them. */
  readonly rendered: () => readonly ResourceIndex[];
  /** Names of folders that hold inputs of tests. */
  readonly testFolders: readonly string[];
  /** Whether the units of a folder that lies there hold inputs of tests. */
  readonly isTestInput: (path: string) => boolean;
  /** Why the folder may hold more than is ever applied here. */
  readonly open: string | undefined;
}

/**
 * The manifests that no kustomization or chart takes: all of a workspace folder are one unit, but for the inputs of tests, of
 * which each folder is one.
 */
export class LooseUnits {
  readonly #options: LooseOptions;
  readonly #units = new Map<string, LooseUnit>();
  readonly #folders = new Map<string, string>();

  constructor(options: LooseOptions) {
    this.#options = options;
    this.#unitAt(options.root);
  }

  /** The number of objects. */
  get size(): number {
    let size = 0;
    for (const { index } of this.#units.values()) size += index.size;
    return size;
  }

  get units(): readonly Unit[] {
    return [...this.#units.values()].map(({ unit }) => unit);
  }

  /** The objects of all units, as other units look at them. */
  get indexes(): readonly ResourceIndex[] {
    return [...this.#units.values()].map(({ index }) => index);
  }

  unitOf(path: string): Unit {
    return this.#unitFor(path).unit;
  }

  add({ path, resources, unread }: SourceFile): void {
    const found = this.#unitFor(path);
    if (unread) found.unreadFiles++;
    for (const resource of resources) found.index.add(resource);
  }

  remove({ path, resources, unread }: SourceFile): void {
    const found = this.#unitFor(path);
    if (unread) found.unreadFiles--;
    for (const resource of resources) found.index.remove(resource);
  }

  #unitFor(path: string): LooseUnit {
    const folder = dirname(path);
    const known = this.#folders.get(folder);
    const { root, testFolders } = this.#options;
    const place = known ?? findTestFolder(root, path, testFolders) ?? root;
    if (known === undefined) this.#folders.set(folder, place);
    return this.#unitAt(place);
  }

  #unitAt(folder: string): LooseUnit {
    const known = this.#units.get(folder);
    if (known !== undefined) return known;
    const { siblings, members, rendered, isTestInput, open } = this.#options;
    const all = this.#units;
    const index = new ResourceIndex();
    const unit: Unit = {
      id: `loose:${folder}`,
      kind: 'loose',
      label: '',
      folder,
      index,
      get others() {
        const loose = [...all.values()].map((other) => other.index).filter((other) => other !== index);
        return [members, ...loose, ...rendered()];
      },
      get open() {
        const isUnread = (all.get(folder)?.unreadFiles ?? 0) > 0;
        return open ?? (isUnread ? 'a manifest of the folder cannot be read' : undefined);
      },
      get isTestInput() {
        return isTestInput(folder);
      },
      notes: [],
      siblings,
      writtenIn: (path) => index.inFile(path),
      rootOf: () => undefined,
    };
    const made: LooseUnit = { index, unit, unreadFiles: 0 };
    this.#units.set(folder, made);
    return made;
  }
}
