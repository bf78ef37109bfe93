import type { FileTable } from '../base/fileTable.ts';
import { Multimap } from '../base/multimap.ts';
import { basename } from '../base/path.ts';
import type { ReadContext } from '../k8s/field.ts';
import type { Resource } from '../k8s/resource.ts';
import { BuildMemory } from '../sources/buildMemory.ts';
import type { ChartBuild } from '../sources/chartUnit.ts';
import {
  buildDeployed,
  type DeployedAs,
  type DeployedViews,
  type DeployedWorld,
  joinParts,
  readDirectory,
  readRelease,
} from '../sources/deployedParts.ts';
import type { Deployment, GitOpsObject } from '../sources/gitops/deployment.ts';
import {
  areObjectsSame,
  findDeployments,
  newDeploymentCache,
  parseGitOpsObjects,
} from '../sources/gitops/deployments.ts';
import { type Environment, resolveEnvironment } from '../sources/gitops/environments.ts';
import { textAt } from '../sources/gitops/fields.ts';
import { createRepository, type Repository } from '../sources/gitops/repository.ts';
import type { ChartVariant } from '../sources/helm/renderRequest.ts';
import type { KustomizeFiles } from '../sources/kustomize/context.ts';
import type { KustomizeBuild } from '../sources/kustomizeUnit.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import { parseYaml } from '../yaml/parse.ts';
import {
  type ChartSource,
  type DeployedBuild,
  type DeploymentPlan,
  type PlannedSource,
  planDeployments,
  planEnvironment,
} from './deploymentPlans.ts';
import { type ExplainedObjects, findExplained } from './explainedObjects.ts';

/** The Git repository around a workspace folder. */
export interface RepositoryPlace {
  /** The folder from which the paths of deployments start. */
  readonly root: string;
  readonly remotes: readonly string[];
}

/** What deployments need of their workspace folder. */
export interface DeploymentOptions {
  readonly root: string;
  /** The folder's index, which the owner keeps. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** What is asked for here is wanted. */
  readonly texts: KustomizeFiles;
  readonly table: FileTable;
  readonly context: Omit<ReadContext, 'file' | 'faults'>;
  readonly repository: RepositoryPlace;
  readonly environments: readonly Environment[];
  /** What Helm has made of a chart; `undefined` while it was not asked. */
  readonly rendered: (chart: string, variant: ChartVariant) => ChartBuild | undefined;
  readonly isInChart: (path: string) => boolean;
  readonly isTestInput: (path: string) => boolean;
  /** The objects of a kind and name, as written. */
  readonly findWritten: (kind: string, name: string) => readonly Resource[];
}

interface KnownBuild extends DeployedBuild {
  /** By source. */
  readonly views: readonly DeployedViews[];
}

/** The builds of what Argo CD, Flux and the environments of the settings deploy from a workspace folder. */
export class DeploymentBuilds {
  readonly #options: DeploymentOptions;
  readonly #world: DeployedWorld;
  readonly #memory = new BuildMemory();
  readonly #cache = newDeploymentCache(this.#memory);
  readonly #objects = new Map<string, readonly GitOpsObject[]>();
  /** Files of which the plans depend on the text. */
  #planned = new Set<string>();
  /** Whether the plans depend on ConfigMaps or Secrets, wherever they stand. */
  #asksForValues = false;
  #repository: Repository | undefined;
  #plans: readonly DeploymentPlan[] = [];
  #planOf: ReadonlyMap<Deployment, string> = new Map();
  #explained: ExplainedObjects | undefined;
  #namespaces: ReadonlySet<string> = new Set();
  #problems: readonly string[] = [];
  #arePlansStale: boolean;
  readonly #stale = new Set<string>();
  #builds = new Map<string, KnownBuild>();
  #generation = 0;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    const { texts, table, context, files, isInChart } = options;
    this.#world = {
      files: texts,
      memory: this.#memory,
      table,
      context: { ...context, known: this.#memory.known },
      sourceFile: (path) => (isInChart(path) ? undefined : files.get(path)),
    };
    this.#arePlansStale = options.environments.length > 0;
  }

  /** As {@link refresh} left them; environments first. */
  get builds(): readonly DeployedBuild[] {
    return [...this.#builds.values()];
  }

  /** The namespaces that something is deployed to. */
  get namespaces(): ReadonlySet<string> {
    return this.#namespaces;
  }

  /** Whether an object is one of Argo CD's or Flux's that makes nothing but what the folder shows. */
  isExplained({ file, start, end }: Resource): boolean {
    this.#explained ??= findExplained(
      [...this.#objects.values()].flat().map(({ file, root }) => ({ file, start: root.start, end: root.end })),
      [...this.#planOf.keys()],
      (deployment) => this.#builds.get(this.#planOf.get(deployment) ?? ''),
      this.#options,
    );
    return this.#explained.get(file).some((object) => start <= object.start && object.end <= end);
  }

  /** What is wrong in the settings' environments, as sentences without a full stop. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How charts are installed, by their folders: what Helm should be asked. As {@link refresh} left them. */
  get releases(): Multimap<string, ChartVariant> {
    const releases = new Multimap<string, ChartVariant>();
    for (const { folder, release } of this.#plans.flatMap(({ sources }) => sources.filter(isChartSource)))
      if ('variant' in release) releases.add(folder, release.variant);
    return releases;
  }

  /** Tells that Helm has made something else of a chart than before. */
  chartChanged(chart: string): void {
    if (this.#isInUse) this.#stale.add(chart);
  }

  /** Tells that a file of the index changed, appeared or went. */
  fileChanged(
    path: string,
    text: string | undefined,
    before: SourceFile | undefined,
    after: SourceFile | undefined,
  ): void {
    const objects = text === undefined || this.#options.isInChart(path) ? [] : parseGitOpsObjects(path, text);
    const isNewPath = (before === undefined) !== (after === undefined);
    if (isNewPath) this.#repository = undefined;
    if (objects.length > 0 || this.#objects.has(path)) this.#arePlansStale = true;
    if (objects.length > 0) this.#objects.set(path, objects);
    else this.#objects.delete(path);
    if (isNewPath && this.#isInUse) this.#arePlansStale = true;
    if (this.#asksForValues && [before, after].some(holdsValues)) this.#arePlansStale = true;
    this.textChanged(path);
  }

  /** Tells that the text of a file is another one than before, or known for the first time. */
  textChanged(path: string): void {
    if (this.#planned.has(path)) this.#arePlansStale = true;
    if (this.#isInUse) this.#stale.add(path);
  }

  /** Builds what changes have made stale. Returns a number that differs from the last one when anything was built anew. */
  refresh(): number {
    if (!this.#arePlansStale && this.#stale.size === 0) return this.#generation;
    const isSame = () => this.#repository !== undefined && areObjectsSame(this.#stale, this.#repository, this.#cache);
    if (this.#arePlansStale || !isSame()) this.#makePlans();
    const stale = [...this.#stale];
    this.#stale.clear();
    const before = this.#builds;
    let changed = false;
    this.#builds = new Map();
    for (const plan of this.#plans) {
      if (!this.#isBuilt(plan)) continue;
      const known = before.get(plan.id);
      const isSame = known !== undefined && known.plan.signature === plan.signature && known.plan.label === plan.label;
      const isConcerned = (path: string) => known?.build.files.has(path) === true || plan.sources.some(isChartAt(path));
      const isFresh = isSame && !stale.some(isConcerned);
      if (!isFresh) changed = true;
      this.#builds.set(plan.id, isFresh ? known : this.#build(plan, isSame ? known.views : []));
    }
    this.#memory.known.clear();
    if (changed || this.#builds.size !== before.size) this.#generation++;
    this.#explained = undefined;
    return this.#generation;
  }

  get #isInUse(): boolean {
    return this.#objects.size > 0 || this.#builds.size > 0 || this.#options.environments.length > 0;
  }

  #build(plan: DeploymentPlan, known: readonly DeployedViews[]): KnownBuild {
    const views = plan.sources.map((_, at) => known[at] ?? new WeakMap());
    const parts = plan.sources.map((source, at) => this.#readPart(source, plan.as, views[at] ?? new WeakMap()));
    const charts = plan.sources.filter(isChartSource).filter((source) => this.#hasOutput(source));
    return { plan, build: joinParts(parts), views, charts: new Set(charts.map(({ folder }) => folder)) };
  }

  #readPart(source: PlannedSource, as: DeployedAs, views: DeployedViews): KustomizeBuild {
    switch (source.kind) {
      case 'directory':
        return readDirectory(source, as, this.#world);
      case 'kustomize':
        return buildDeployed(source, as, this.#world, views);
      case 'chart':
        return readRelease(this.#rendered(source), whyNotRendered(source));
    }
  }

  /** A deployment of charts alone is no unit before Helm was asked: nothing of it would be known. */
  #isBuilt({ sources }: DeploymentPlan): boolean {
    return sources.some((source) => source.kind !== 'chart' || this.#rendered(source) !== undefined);
  }

  #hasOutput(source: ChartSource): boolean {
    const build = this.#rendered(source);
    return build !== undefined && build.open === undefined;
  }

  #rendered({ folder, release }: ChartSource): ChartBuild | undefined {
    return 'variant' in release ? this.#options.rendered(folder, release.variant) : undefined;
  }

  #makePlans(): void {
    this.#arePlansStale = false;
    this.#planned = new Set();
    this.#asksForValues = false;
    const { root, environments } = this.#options;
    this.#repository ??= this.#createRepository();
    const resolved = environments.map((environment) => resolveEnvironment(environment, this.#repositoryAt(root)));
    const world = { root, defaultNamespace: this.#options.context.defaultNamespace ?? 'default' };
    const configured = resolved.map((environment) => planEnvironment(environment, world));
    const deployments = this.#findDeployments();
    const { plans, ids } = planDeployments(deployments, configured, world);
    this.#plans = [...configured, ...plans];
    this.#planOf = ids;
    this.#problems = resolved.flatMap(({ problems }) => problems);
    const namespaces = [...deployments, ...environments].flatMap(({ namespace }) => namespace ?? []);
    this.#namespaces = new Set(namespaces);
  }

  /** What tests' inputs deploy counts in them alone. */
  #findDeployments(): readonly Deployment[] {
    const objects = [...this.#objects.values()].flat();
    if (objects.length === 0 || this.#repository === undefined) return [];
    const { isTestInput } = this.#options;
    return findDeployments(objects, this.#repository, this.#cache).flatMap((deployment) => {
      if (!isTestInput(deployment.file)) return [deployment];
      const sources = deployment.sources.filter((source) => isTestInput(folderOf(source)));
      return sources.length === 0 ? [] : [{ ...deployment, sources }];
    });
  }

  #repositoryAt(root: string): Repository {
    const { repository } = this.#options;
    if (this.#repository !== undefined && repository.root === root) return this.#repository;
    return createRepository({ ...this.#createRepository(), root });
  }

  #createRepository(): Repository {
    const { repository, files } = this.#options;
    return createRepository({
      ...repository,
      files: files.keys(),
      read: (path) => {
        this.#planned.add(path);
        return this.#read(path);
      },
      readPart: (path) => this.#read(path),
      findObjects: (kind, name) => this.#findObjects(kind, name),
    });
  }

  #read(path: string): string | undefined {
    const { texts } = this.#options;
    const text = texts.read(path);
    if (text === undefined) texts.whyUnknown?.(path);
    return text;
  }

  #findObjects(kind: 'ConfigMap' | 'Secret', name: string): readonly GitOpsObject[] {
    this.#asksForValues = true;
    const files = new Set(this.#options.findWritten(kind, name).map(({ file }) => file));
    return [...files].sort().flatMap((file) => {
      this.#planned.add(file);
      const { documents } = parseYaml(this.#read(file) ?? '');
      return documents.flatMap(({ root }) => {
        const isIt = root !== undefined && textAt(root, 'kind') === kind && textAt(root, 'metadata', 'name') === name;
        return isIt ? [{ file, root }] : [];
      });
    });
  }
}

function holdsValues(file: SourceFile | undefined): boolean {
  return file?.resources.some(({ kind }) => kind === 'ConfigMap' || kind === 'Secret') === true;
}

function folderOf(source: Deployment['sources'][number]): string {
  return source.kind === 'helm' ? source.chart : source.folder;
}

function isChartSource(source: PlannedSource): source is ChartSource {
  return source.kind === 'chart';
}

function isChartAt(path: string): (source: PlannedSource) => boolean {
  return (source) => source.kind === 'chart' && source.folder === path;
}

function whyNotRendered({ folder, release }: ChartSource): string {
  return 'obstacle' in release ? release.obstacle : `the chart \`${basename(folder)}\` of it is not rendered`;
}
