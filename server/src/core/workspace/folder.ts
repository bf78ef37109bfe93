import { Multimap } from '../base/multimap.ts';
import { basename, dirname, relativePath } from '../base/path.ts';
import { createInterner } from '../k8s/field.ts';
import type { Kustomization } from '../sources/kustomization.ts';
import { buildKustomization, kustomizationIn } from '../sources/kustomizeUnit.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import { readSourceFile, type SourceFile } from '../sources/sourceFile.ts';
import type { Unit } from '../sources/unit.ts';

/** A file's new text, or `undefined` where it is gone. */
export interface FileChange {
  readonly path: string;
  readonly text: string | undefined;
}

interface Build {
  readonly kustomization: Kustomization;
  readonly unit: Unit;
  readonly files: ReadonlySet<string>;
}

/** The indexed files of one workspace folder and the units that they form. `apply` is the only mutation. */
export class WorkspaceFolder {
  readonly root: string;
  readonly #defaultNamespace: string;
  readonly #files = new Map<string, SourceFile>();
  readonly #charts = new Set<string>();
  /** What {@link chartOf} has found out, by folder. */
  readonly #chartsAbove = new Map<string, string | undefined>();
  readonly #loose = new ResourceIndex();
  readonly #members = new ResourceIndex();
  readonly #intern = createInterner();
  /** Files of which some kustomization is made; their resources are in `#members`, all others in `#loose`. */
  #memberFiles: ReadonlySet<string> = new Set();
  #builds: readonly Build[] = [];
  #unitsByFile = new Multimap<string, Unit>();
  /** Files that changed within their builds; `all` when kustomizations, or what exists beside them, changed. */
  #stale: 'all' | Set<string> = new Set();
  readonly #looseUnit: Unit;
  #unreadFiles = 0;
  #version = 0;

  /**
   * `defaultNamespace`: of objects that name none; empty where it is not known. `open`: why the folder may hold more than
   * is ever applied here.
   */
  constructor(root: string, defaultNamespace = '', open?: string) {
    this.root = root;
    this.#defaultNamespace = defaultNamespace;
    const folder = this;
    this.#looseUnit = {
      id: `loose:${root}`,
      kind: 'loose',
      label: '',
      folder: root,
      index: this.#loose,
      others: [this.#members],
      get open() {
        return open ?? (folder.#unreadFiles > 0 ? 'a manifest of the folder cannot be read' : undefined);
      },
    };
  }

  /** Counts changes: equal versions mean equal answers. */
  get version(): number {
    return this.#version;
  }

  /** All indexed files, by path. */
  get files(): ReadonlyMap<string, SourceFile> {
    return this.#files;
  }

  /** The number of objects in all files. */
  get resourceCount(): number {
    return this.#loose.size + this.#members.size;
  }

  /** Tells that a folder holds a chart: what lies in it is templates, not loose manifests. Call before its files are applied. */
  addChart(folder: string): void {
    this.#charts.add(folder);
    this.#chartsAbove.clear();
  }

  /** Whether a file belongs to a chart (`templates/`, values, subcharts). */
  chartOf(path: string): string | undefined {
    return this.#charts.size === 0 ? undefined : this.#chartAbove(dirname(path));
  }

  /** Takes over new texts. Units of kustomizations are rebuilt when next asked for. */
  apply(changes: readonly FileChange[]): void {
    for (const { path, text } of changes) {
      const before = this.#files.get(path);
      const chart = this.chartOf(path);
      const after =
        text === undefined
          ? undefined
          : readSourceFile(path, text, {
              intern: this.#intern,
              inChart: chart !== undefined,
              defaultNamespace: this.#defaultNamespace,
            });
      if (before !== undefined) this.#forget(before);
      if (after === undefined) this.#files.delete(path);
      else this.#remember(after);
      this.#markStale(path, before, after);
    }
    this.#version++;
  }

  /** The units that a file is part of; none for a file that is not indexed or only configures. */
  unitsOf(path: string): readonly Unit[] {
    if (!this.#files.has(path)) return [];
    this.#refreshBuilds();
    if (this.#memberFiles.has(path)) return this.#unitsByFile.get(path);
    return this.chartOf(path) === undefined ? [this.#looseUnit] : [];
  }

  /** All units, kustomizations first. */
  get units(): readonly Unit[] {
    this.#refreshBuilds();
    return [...this.#builds.map((build) => build.unit), this.#looseUnit];
  }

  /** The outermost chart that a folder lies in, or is. */
  #chartAbove(folder: string): string | undefined {
    if (this.#chartsAbove.has(folder)) return this.#chartsAbove.get(folder);
    const parent = dirname(folder);
    const above = parent === folder ? undefined : this.#chartAbove(parent);
    const chart = above ?? (this.#charts.has(folder) ? folder : undefined);
    this.#chartsAbove.set(folder, chart);
    return chart;
  }

  #remember(file: SourceFile): void {
    this.#files.set(file.path, file);
    if (this.chartOf(file.path) !== undefined) return;
    if (file.unread) this.#unreadFiles++;
    const index = this.#memberFiles.has(file.path) ? this.#members : this.#loose;
    for (const resource of file.resources) index.add(resource);
  }

  #forget(file: SourceFile): void {
    if (file.unread && this.chartOf(file.path) === undefined) this.#unreadFiles--;
    for (const resource of file.resources) {
      this.#loose.remove(resource);
      this.#members.remove(resource);
    }
  }

  #markStale(path: string, before: SourceFile | undefined, after: SourceFile | undefined): void {
    const appears = before === undefined || after === undefined;
    const decides = before?.kustomization !== undefined || after?.kustomization !== undefined;
    if (decides || (appears && this.#builds.length > 0)) this.#stale = 'all';
    else if (this.#stale !== 'all' && this.#memberFiles.has(path)) this.#stale.add(path);
  }

  #refreshBuilds(): void {
    const stale = this.#stale;
    if (stale !== 'all' && stale.size === 0) return;
    this.#stale = new Set();
    if (stale === 'all') this.#builds = this.#findRoots().map((kustomization) => this.#build(kustomization));
    else {
      this.#builds = this.#builds.map((build) =>
        [...stale].some((file) => build.files.has(file)) ? this.#build(build.kustomization) : build,
      );
    }
    this.#unitsByFile = new Multimap();
    for (const { unit, files } of this.#builds) for (const file of files) this.#unitsByFile.add(file, unit);
    this.#moveMembers(new Set(this.#unitsByFile.keys()));
  }

  /** The kustomizations that no other one includes. */
  #findRoots(): readonly Kustomization[] {
    const kustomizations = [...this.#files.values()].flatMap((file) => file.kustomization ?? []);
    const findFile = (path: string) => this.#files.get(path);
    const reached = new Set<string>();
    for (const kustomization of kustomizations) {
      for (const { path } of kustomization.entries) {
        const nested = path === undefined ? undefined : kustomizationIn(path, findFile);
        if (nested !== undefined && nested.file !== kustomization.file) reached.add(nested.file);
      }
    }
    return kustomizations.filter((kustomization) => !reached.has(kustomization.file));
  }

  #build(kustomization: Kustomization): Build {
    const { resources, files, open } = buildKustomization(kustomization, (path) => this.#files.get(path));
    const index = new ResourceIndex();
    for (const resource of resources) index.add(resource);
    const unit: Unit = {
      id: `kustomization:${kustomization.folder}`,
      kind: 'kustomization',
      label: relativePath(this.root, kustomization.folder) || basename(kustomization.folder),
      folder: kustomization.folder,
      index,
      others: [this.#loose, this.#members],
      open,
    };
    return { kustomization, unit, files };
  }

  #moveMembers(members: ReadonlySet<string>): void {
    for (const file of this.#files.values()) {
      const isMember = members.has(file.path);
      if (isMember === this.#memberFiles.has(file.path) || this.chartOf(file.path) !== undefined) continue;
      for (const resource of file.resources) {
        (isMember ? this.#loose : this.#members).remove(resource);
        (isMember ? this.#members : this.#loose).add(resource);
      }
    }
    this.#memberFiles = members;
  }
}
