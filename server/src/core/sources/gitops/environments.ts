import { findKustomization } from './amendFolder.ts';
import type { DeploymentSource } from './deployment.ts';
import { toReleaseName } from './release.ts';
import { filesBelow, isChart, type Repository, resolvePath } from './repository.ts';

/** What a repository's configuration says to be deployed together, in one cluster. Paths start from the workspace folder. */
export interface Environment {
  readonly name: string;
  /** Kustomizations, charts, folders and files of manifests. */
  readonly roots?: readonly string[];
  readonly charts?: readonly EnvironmentChart[];
  /** Where objects go that name no namespace. */
  readonly namespace?: string;
  readonly external?: EnvironmentExternal;
}

export interface EnvironmentChart {
  readonly path: string;
  /** Files of values, the last one wins. */
  readonly values?: readonly string[];
  readonly release?: string;
}

/** What exists beside the roots: names as `name` or `namespace/name`. */
export interface EnvironmentExternal {
  readonly services?: readonly string[];
  readonly namespaces?: readonly string[];
  /** `key=value`, several joined by commas: the labels of one kind of Pod. */
  readonly labels?: readonly string[];
}

export interface ResolvedEnvironment {
  readonly environment: Environment;
  readonly sources: readonly DeploymentSource[];
  /** Paths that lead nowhere, as sentences without a full stop. */
  readonly problems: readonly string[];
}

/** Finds what an environment's paths lead to; `repository` is rooted in the workspace folder. */
export function resolveEnvironment(environment: Environment, repository: Repository): ResolvedEnvironment {
  const { name, namespace, roots = [], charts = [] } = environment;
  const sources: DeploymentSource[] = [];
  const problems: string[] = [];
  const missing = (path: string, what: string) => {
    problems.push(`environment \`${name}\`: there is no ${what} \`${path}\``);
  };
  for (const root of roots) {
    const path = resolvePath(repository, root);
    const source = path === undefined ? undefined : toSource(path, name, namespace, repository);
    if (source === undefined) missing(root, 'file or folder with manifests');
    else sources.push(source);
  }
  for (const { path, values = [], release = name } of charts) {
    const chart = resolvePath(repository, path);
    const valueFiles = values.flatMap((file) => {
      const resolved = resolvePath(repository, file);
      if (resolved !== undefined && repository.has(resolved)) return [resolved];
      missing(file, 'file');
      return [];
    });
    if (chart === undefined || !isChart(repository, chart)) missing(path, 'chart');
    else sources.push(newChart(chart, release, namespace, valueFiles));
  }
  return { environment, sources, problems };
}

function toSource(
  path: string,
  name: string,
  namespace: string | undefined,
  repository: Repository,
): DeploymentSource | undefined {
  if (!repository.has(path)) return undefined;
  if (findKustomization(repository, path) !== undefined) {
    return { kind: 'kustomize', folder: path, kustomization: undefined, unrestricted: false };
  }
  if (isChart(repository, path)) return newChart(path, name, namespace, []);
  if (!repository.folders.includes(path)) return { kind: 'directory', folder: path, files: [path] };
  const apart = repository.folders.filter(
    (folder) =>
      folder.startsWith(`${path}/`) &&
      (findKustomization(repository, folder) !== undefined || isChart(repository, folder)),
  );
  const files = filesBelow(repository, path).filter((file) => !apart.some((folder) => file.startsWith(`${folder}/`)));
  return { kind: 'directory', folder: path, files };
}

function newChart(
  chart: string,
  releaseName: string,
  namespace: string | undefined,
  valueFiles: readonly string[],
): DeploymentSource {
  return {
    kind: 'helm',
    chart,
    releaseName: toReleaseName(releaseName),
    namespace,
    valueFiles,
    withoutChartValues: false,
    values: [],
    parameters: [],
  };
}
