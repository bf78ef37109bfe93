import { Multimap } from '../base/multimap.ts';
import { dirname, joinPath, relativePath } from '../base/path.ts';
import { createInterner } from '../k8s/field.ts';
import type { Environment } from '../sources/gitops/environments.ts';
import { findTestFolder, TEST_FOLDERS } from '../sources/gitops/testInputs.ts';
import type { ChartVariant } from '../sources/helm/renderRequest.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import { readSourceFile, type SourceFile } from '../sources/sourceFile.ts';
import type { Siblings, Unit } from '../sources/unit.ts';
import { type BuiltVariant, ChartBuilds, type RenderedChart, type RenderedVariants } from './chartBuilds.ts';
import { DeploymentBuilds, type RepositoryPlace } from './deploymentBuilds.ts';
import type { DeployedBuild } from './deploymentPlans.ts';
import { type FileContent, KustomizeBuilds, type RootBuild } from './kustomizeBuilds.ts';
import { LooseUnits } from './looseUnits.ts';

/** A file's new text, or `undefined` where it is gone. */
export interface FileChange {
  readonly path: string;
  readonly text: string | undefined;
}

export interface FolderOptions {
  /** Of objects that name none; empty where it is not known. */
  readonly defaultNamespace?: string;
  /** Why the folder may hold more than is ever applied here. */
  readonly open?: string | undefined;
  /** Names of folders that hold inputs of tests. */
  readonly testInputs?: readonly string[];
  /** The Git repository that the folder is in: itself where that is not known. */
  readonly repository?: RepositoryPlace;
  /** What the settings say to be deployed together. */
  readonly environments?: readonly Environment[];
}

const NO_CHARTS: ReadonlySet<string> = new Set();

/** The indexed files of one workspace folder and the units that they form. `apply` is the only mutation. */
export class WorkspaceFolder {
  readonly root: string;
  readonly #defaultNamespace: string;
  readonly #testInputs: readonly string[];
  readonly #files = new Map<string, SourceFile>();
  readonly #charts = new Set<string>();
  /** What {@link chartOf} has found out, by folder. */
  readonly #chartsAbove = new Map<string, string | undefined>();
  readonly #members = new ResourceIndex();
  readonly #intern = createInterner();
  /** Files of which some kustomization is made; their resources are in `#members`, those of all others in `#loose`. */
  #memberFiles: ReadonlySet<string> = new Set();
  readonly #builds: KustomizeBuilds;
  readonly #deployments: DeploymentBuilds;
  #builtUnits: readonly Unit[] = [];
  readonly #unitsByBuild = new WeakMap<RootBuild['build'], Unit>();
  #unitsByFile = new Multimap<string, Unit>();
  #unitsByChart = new Multimap<string, Unit>();
  readonly siblings: Siblings;
  readonly #loose: LooseUnits;
  readonly #rendered: ChartBuilds;
  #foldersOfVersion: { readonly version: number; readonly folders: ReadonlySet<string> } | undefined;
  #version = 0;
  /** The files of what is deployed. */
  #covered: { readonly generation: number; readonly files: ReadonlySet<string> } = { generation: 0, files: new Set() };
  /** Of the builds that the units were made of. */
  #generation = '';

  constructor(root: string, options: FolderOptions = {}) {
    const { defaultNamespace = '', open, testInputs = TEST_FOLDERS, environments = [] } = options;
    this.root = root;
    this.#defaultNamespace = defaultNamespace;
    this.#testInputs = testInputs;
    const context = { intern: this.#intern, judges: true, ...(defaultNamespace && { defaultNamespace }) };
    this.#builds = new KustomizeBuilds(root, this.#files, context);
    this.#deployments = new DeploymentBuilds({
      root,
      files: this.#files,
      texts: this.#builds.texts,
      table: this.#builds.table,
      context,
      repository: options.repository ?? { root, remotes: [] },
      environments,
      rendered: (chart, variant) => this.#rendered.buildOf(chart, variant),
      isInChart: (path) => this.chartOf(path) !== undefined,
      isTestInput: (path) => this.#isTestInput(path),
      findWritten: (kind, name) => [this.#members, ...this.#loose.indexes].flatMap((index) => index.named(kind, name)),
    });
    const deployments = this.#deployments;
    const readVersion = () => this.#version;
    this.siblings = {
      get version() {
        return readVersion();
      },
      files: this.#builds.table,
      texts: this.#builds.texts,
      isInChart: (path) => this.chartOf(path) !== undefined,
      isExplained: (resource) => deployments.isExplained(resource),
      get namespaces() {
        return deployments.namespaces;
      },
      unitsOf: (path) => this.unitsOf(path),
    };
    this.#loose = new LooseUnits({
      root,
      siblings: this.siblings,
      members: this.#members,
      rendered: () => this.#rendered.indexesBut(NO_CHARTS),
      testFolders: testInputs,
      isTestInput: (folder) => this.#isTestInput(folder),
      open,
    });
    this.#rendered = new ChartBuilds({
      root,
      files: this.#files,
      context: { intern: this.#intern, judges: true },
      siblings: this.siblings,
      others: () => [...this.#loose.indexes, this.#members],
      isTestInput: (folder) => this.#isTestInput(folder),
    });
  }

  /** Counts changes: equal versions mean equal answers. */
  get version(): number {
    return this.#version;
  }

  /** All indexed files, by path. */
  get files(): ReadonlyMap<string, SourceFile> {
    return this.#files;
  }

  /** What is wrong in the settings' environments, as sentences without a full stop. */
  get environmentProblems(): readonly string[] {
    this.#refreshBuilds();
    return this.#deployments.problems;
  }

  /** The number of objects in all files, and of those that rendered charts come to. */
  get resourceCount(): number {
    return this.#loose.size + this.#members.size + this.#rendered.size;
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

  /** The outermost charts. */
  get charts(): readonly string[] {
    return [...this.#charts].filter((folder) => this.#chartAbove(folder) === folder);
  }

  /** How what is deployed installs a chart. */
  releasesOf(chart: string): readonly ChartVariant[] {
    this.#refreshBuilds();
    return this.#deployments.releases.get(chart);
  }

  /** What Helm made of a chart when it was last asked; empty where it was not. */
  renderedVariants(chart: string): readonly BuiltVariant[] {
    return this.#rendered.variantsOf(chart);
  }

  /** Rendered charts with the files of values that stand beside them and belong to no unit. */
  get renderedCharts(): readonly RenderedChart[] {
    return this.#rendered.charts;
  }

  /** Takes over a rendered chart. `isChanged`: of a file that the editor holds otherwise than Helm has seen it. */
  takeChart(rendered: RenderedVariants, isChanged: (path: string, text: string) => boolean): void {
    this.#rendered.take(rendered, isChanged);
    this.#deployments.chartChanged(rendered.read.chart.folder);
    this.#version++;
  }

  /** Forgets what was rendered of a chart. Returns whether there was anything. */
  forgetChart(chart: string): boolean {
    const had = this.#rendered.forget(chart);
    if (!had) return false;
    this.#deployments.chartChanged(chart);
    this.#version++;
    return true;
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
              judges: true,
            });
      if (before !== undefined) this.#forget(before);
      if (after === undefined) this.#files.delete(path);
      else this.#remember(after);
      this.#builds.fileChanged(path, text, before, after);
      this.#deployments.fileChanged(path, text, before, after);
      if (chart !== undefined) this.#rendered.fileChanged(chart, path, text);
    }
    this.#version++;
  }

  /** Files whose content the builds of kustomizations need, and that are not known yet: `provide` it. */
  get wanted(): readonly string[] {
    if (this.#builds.wanted.length === 0) this.#build();
    return this.#builds.wanted;
  }

  /** Whether some kustomization is built from a file, be it in the index or not. */
  isBuiltFrom(path: string): boolean {
    return this.#builds.reads(path);
  }

  /** Tells where symbolic links lead to: the real paths behind them. */
  addLinks(links: ReadonlyMap<string, string>): void {
    this.#builds.addLinks(links);
  }

  /** Gives the content of a wanted file, or of one that was given before and has changed. */
  provide(path: string, content: FileContent): void {
    this.#builds.provide(path, content);
    this.#deployments.textChanged(path);
    this.#version++;
  }

  /** The units that a file is part of; none for a file that is not indexed or only configures. */
  unitsOf(path: string): readonly Unit[] {
    if (!this.#files.has(path)) return [];
    this.#refreshBuilds();
    if (this.#memberFiles.has(path)) return this.#unitsByFile.get(path);
    const chart = this.chartOf(path);
    if (chart === undefined) return [this.#loose.unitOf(path)];
    const rendered = this.#rendered.chartWith(chart, path);
    return rendered === undefined ? [] : [...this.#ownUnit(rendered), ...this.#unitsByChart.get(chart)];
  }

  /** All units: kustomizations, charts, loose manifests. */
  get units(): readonly Unit[] {
    this.#refreshBuilds();
    const charts = this.#rendered.charts.flatMap((chart) => this.#ownUnit(chart));
    return [...this.#builtUnits, ...charts, ...this.#loose.units];
  }

  /** A chart by itself: as with kustomizations, not where a tool deploys it, nor where it only fails without other values. */
  #ownUnit({ folder, unit }: RenderedChart): readonly Unit[] {
    const deployed = this.#deployments.builds.filter(({ charts }) => charts.has(folder));
    const isReplaced =
      deployed.length > 0 && (unit.open !== undefined || deployed.some(({ plan }) => plan.by === 'tool'));
    return isReplaced ? [] : [unit];
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
    if (this.chartOf(file.path) === undefined) this.#place(file);
  }

  #place(file: SourceFile): void {
    if (this.#memberFiles.has(file.path)) for (const resource of file.resources) this.#members.add(resource);
    else this.#loose.add(file);
  }

  #forget(file: SourceFile): void {
    if (this.chartOf(file.path) !== undefined) return;
    if (this.#memberFiles.has(file.path)) for (const resource of file.resources) this.#members.remove(resource);
    else this.#loose.remove(file);
  }

  /** Whether what lies in a folder is input of tests; `overlays/test` beside `overlays/prod` is none. */
  #isTestInput(folder: string): boolean {
    if (this.#foldersOfVersion?.version !== this.#version) {
      const folders = new Set([...this.#files.keys()].map(dirname));
      this.#foldersOfVersion = { version: this.#version, folders };
    }
    const known = this.#foldersOfVersion?.folders;
    const file = joinPath(folder, 'any.yaml');
    return findTestFolder(this.root, file, this.#testInputs, (path) => known?.has(path) === true) !== undefined;
  }

  /** Builds all that is stale. Returns a text that differs from the last one when anything was built anew. */
  #build(): string {
    const deployed = this.#deployments.refresh();
    if (deployed !== this.#covered.generation) {
      // A kustomization that something deploys, or that is part of what is deployed, is judged as that.
      const files = new Set(this.#deployments.builds.flatMap(({ build }) => [...build.files]));
      this.#covered = { generation: deployed, files };
    }
    return `${this.#builds.refresh(this.#covered.files)} ${deployed}`;
  }

  #refreshBuilds(): void {
    const generation = this.#build();
    if (generation === this.#generation) return;
    this.#generation = generation;
    const deployed = this.#deployments.builds;
    const roots = this.#builds.builds;
    this.#unitsByFile = new Multimap();
    this.#unitsByChart = new Multimap();
    this.#builtUnits = [...deployed, ...roots].map((made) => {
      const unit =
        this.#unitsByBuild.get(made.build) ?? ('plan' in made ? this.#deployedUnit(made) : this.#unitOf(made));
      this.#unitsByBuild.set(made.build, unit);
      for (const file of made.build.files) this.#unitsByFile.add(file, unit);
      if ('plan' in made)
        for (const { folder, kind } of made.plan.sources) if (kind === 'chart') this.#unitsByChart.add(folder, unit);
      return unit;
    });
    this.#moveMembers(new Set(this.#unitsByFile.keys()));
  }

  #unitOf({ kustomization: { folder }, build }: RootBuild): Unit {
    const label = relativePath(this.root, folder) || '.';
    const about = { id: `kustomization:${folder}`, kind: 'kustomization', label, folder, builtFrom: [folder] } as const;
    return this.#builtUnit(about, build);
  }

  #deployedUnit({ plan, build, charts }: DeployedBuild): Unit {
    const { id, kind, label, folder, external } = plan;
    const builtFrom = plan.sources.filter((source) => source.kind === 'kustomize').map((source) => source.folder);
    const about = { id, kind, label, folder, builtFrom, holdsCharts: charts.size > 0, ...(external && { external }) };
    return this.#builtUnit(about, { ...build, open: plan.open ?? build.open }, charts);
  }

  #builtUnit(
    about: Pick<Unit, 'id' | 'kind' | 'label' | 'folder' | 'external' | 'holdsCharts' | 'builtFrom'>,
    { index, open, notes, writtenIn, rootOf, unrendered = [] }: RootBuild['build'],
    charts: ReadonlySet<string> = NO_CHARTS,
  ): Unit {
    const owner = this;
    return {
      ...about,
      index,
      get others() {
        const rendered = owner.#rendered.indexesBut(charts);
        return [...unrendered, ...rendered, ...owner.#loose.indexes, owner.#members];
      },
      get isTestInput() {
        return owner.#isTestInput(about.folder);
      },
      open,
      notes,
      siblings: this.siblings,
      writtenIn: (path) => writtenIn.get(path),
      rootOf,
    };
  }

  #moveMembers(members: ReadonlySet<string>): void {
    const moved = [...this.#files.values()].filter(
      ({ path }) => members.has(path) !== this.#memberFiles.has(path) && this.chartOf(path) === undefined,
    );
    for (const file of moved) this.#forget(file);
    this.#memberFiles = members;
    for (const file of moved) this.#place(file);
  }
}
