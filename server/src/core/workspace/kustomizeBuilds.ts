import { FileTable } from '../base/fileTable.ts';
import { basename, dirname, isInside, joinPath } from '../base/path.ts';
import type { ReadContext } from '../k8s/field.ts';
import { BuildMemory } from '../sources/buildMemory.ts';
import { type BuiltView, readBuilt } from '../sources/builtResource.ts';
import { isKustomizationFile, KUSTOMIZATION_FILES, type Kustomization } from '../sources/kustomization.ts';
import type { KustomizeFiles } from '../sources/kustomize/context.ts';
import { buildUnit, type KustomizeBuild, type KustomizeWorld } from '../sources/kustomizeUnit.ts';
import type { SourceFile } from '../sources/sourceFile.ts';

/** The content of a file that a build needs: its text, that there is none, or why it cannot be known. */
export type FileContent = { readonly text: string } | { readonly missing: true } | { readonly unknown: string };

/** A kustomization that no other one includes, and what it comes to. */
export interface RootBuild {
  readonly kustomization: Kustomization;
  readonly build: KustomizeBuild;
}

const MISSING: FileContent = { missing: true };

/**
 * The builds of a folder's kustomizations. The index keeps no texts: those that builds need are asked for (`wanted`) and held
 * here; until one is provided, what it holds is unknown.
 */
export class KustomizeBuilds {
  readonly table = new FileTable();
  readonly #root: string;
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #world: KustomizeWorld;
  readonly #contents = new Map<string, FileContent>();
  readonly #wanted = new Set<string>();
  /** What kustomizations list: held when it is read for the index, which saves reading it twice. */
  readonly #listed = new Set<string>();
  readonly #links = new Map<string, string>();
  readonly #views = new WeakMap<object, BuiltView>();
  #builds = new Map<string, RootBuild>();
  #roots: readonly Kustomization[] = [];
  #areRootsStale = false;
  /** Something changed since builds were made. */
  #isStale = false;
  #generation = 0;
  #covered: ReadonlySet<string> = new Set();
  readonly #stale = new Set<string>();

  /** `files`: the folder's index, which the owner keeps. */
  constructor(root: string, files: ReadonlyMap<string, SourceFile>, context: Omit<ReadContext, 'file' | 'faults'>) {
    this.#root = root;
    this.#files = files;
    this.#world = {
      memory: new BuildMemory(),
      files: {
        read: (path) => this.#read(path),
        whyUnknown: (path) => this.#whyUnknown(path),
        realPath: (path) => this.#followLinks(path),
      },
      readView: (object) => {
        const known = this.#views.get(object.root);
        if (known !== undefined) return known;
        const written = this.#files.get(object.file)?.resources ?? [];
        const view = readBuilt(object, written, this.table, {
          ...context,
          file: object.file,
          faults: [],
          known: this.#world.memory.known,
        });
        this.#views.set(object.root, view);
        return view;
      },
    };
  }

  /** Tells where symbolic links of the folder lead to. */
  addLinks(links: ReadonlyMap<string, string>): void {
    for (const [link, target] of links) this.#links.set(link, target);
  }

  /** Whether a file's content is of use here. */
  reads(path: string): boolean {
    return this.#contents.has(path) || this.#wanted.has(path);
  }

  /** Tells that a file of the index changed, appeared or went. */
  fileChanged(
    path: string,
    text: string | undefined,
    before: SourceFile | undefined,
    after: SourceFile | undefined,
  ): void {
    if (before?.kustomization !== undefined || after?.kustomization !== undefined) this.#areRootsStale = true;
    if (after?.kustomization !== undefined) {
      const { includes, mentions } = after.kustomization;
      for (const listed of [path, ...includes, ...mentions]) this.#listed.add(listed);
    }
    if (this.#contents.has(path) || (text !== undefined && this.#listed.has(path)))
      this.provide(path, text === undefined ? MISSING : { text });
  }

  /** Gives the content of a wanted file, or of one that was given before and has changed. */
  provide(path: string, content: FileContent): void {
    this.#wanted.delete(path);
    this.#contents.set(path, content);
    this.#stale.add(path);
    this.#isStale = true;
  }

  /**
   * Builds what changes have made stale, but for the kustomizations whose files are `covered`: something deploys them otherwise.
   * Returns a number that differs from the last one when anything was built anew.
   */
  refresh(covered: ReadonlySet<string>): number {
    this.#refreshRoots();
    if (!this.#isStale && covered === this.#covered) return this.#generation;
    this.#isStale = false;
    this.#covered = covered;
    const before = this.#builds;
    const stale = [...this.#stale];
    this.#stale.clear();
    let changed = false;
    this.#builds = new Map();
    for (const kustomization of this.#roots) {
      if (covered.has(kustomization.file)) continue;
      const known = before.get(kustomization.file);
      const isFresh = known !== undefined && !stale.some((path) => known.build.files.has(path));
      if (!isFresh) changed = true;
      const build = isFresh ? known.build : buildUnit(kustomization, this.#world);
      this.#builds.set(kustomization.file, { kustomization, build });
    }
    this.#world.memory.known.clear();
    if (changed || this.#builds.size !== before.size) this.#generation++;
    return this.#generation;
  }

  #refreshRoots(): void {
    if (!this.#areRootsStale) return;
    this.#areRootsStale = false;
    this.#isStale = true;
    this.#roots = this.#findRoots();
  }

  /** What builds read. */
  get texts(): KustomizeFiles {
    return this.#world.files;
  }

  /** As {@link refresh} left them, in the order of their files. */
  get builds(): readonly RootBuild[] {
    return [...this.#builds.values()];
  }

  /** Files whose content the builds need and have not: what kustomizations list, and then what {@link refresh} has asked for. */
  get wanted(): readonly string[] {
    this.#refreshRoots();
    return [...this.#wanted];
  }

  /**
   * The kustomizations that no other one includes, and of those that include each other the first. Their texts, and those of
   * what they include, will be wanted.
   */
  #findRoots(): readonly Kustomization[] {
    const all = [...this.#files.values()].flatMap((file) => file.kustomization ?? []);
    all.sort((a, b) => (a.file < b.file ? -1 : 1));
    const nested = new Map(all.map((kustomization) => [kustomization.file, this.#includedBy(kustomization)]));
    const included = new Set([...nested].flatMap(([file, inner]) => inner.filter((other) => other !== file)));
    const reached = new Set<string>();
    const reach = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const inner of nested.get(file) ?? []) reach(inner);
    };
    const roots = all.filter(({ file }) => !included.has(file));
    for (const { file } of roots) reach(file);
    for (const kustomization of all) {
      if (reached.has(kustomization.file)) continue;
      roots.push(kustomization);
      reach(kustomization.file);
    }
    return roots;
  }

  #includedBy({ file, includes, mentions }: Kustomization): readonly string[] {
    this.#want(file);
    for (const path of [...includes, ...mentions]) if (this.#files.has(path)) this.#want(path);
    return includes.flatMap((path) => this.#kustomizationIn(path) ?? []);
  }

  #kustomizationIn(folder: string): string | undefined {
    return KUSTOMIZATION_FILES.map((name) => joinPath(folder, name)).find((file) => this.#files.has(file));
  }

  #want(path: string): void {
    if (!this.#contents.has(path)) this.#wanted.add(path);
  }

  #read(path: string): string | undefined {
    const content = this.#contents.get(path);
    return content !== undefined && 'text' in content ? content.text : undefined;
  }

  #whyUnknown(path: string): string | undefined {
    const content = this.#contents.get(path);
    if (content !== undefined) return 'unknown' in content ? content.unknown : undefined;
    if (!isInside(this.#root, path)) return 'it lies outside of the workspace folder';
    if (!this.#files.has(path) && this.#isKnownToBeMissing(path)) return undefined;
    this.#wanted.add(path);
    return 'it has not been read yet';
  }

  #followLinks(path: string): string {
    for (const [link, target] of this.#links) {
      if (path === link) return target;
      if (path.startsWith(`${link}/`)) return target + path.slice(link.length);
    }
    return path;
  }

  /** A folder with a kustomization is no file, and the other names of a kustomization are not taken beside one. */
  #isKnownToBeMissing(path: string): boolean {
    if (this.#kustomizationIn(path) !== undefined) return true;
    return isKustomizationFile(basename(path)) && this.#kustomizationIn(dirname(path)) !== undefined;
  }
}
