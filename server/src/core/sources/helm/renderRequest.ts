import { sha256 } from '../kustomize/hash.ts';
import type { RenderFailure } from './renderFailure.ts';

/** One way to install a chart; each comes to objects of its own. */
export interface ChartVariant {
  /** `.Release.Name`. */
  readonly release: string;
  /**
   * `.Release.Namespace`. Objects that name no namespace are applied there: it is the default namespace of the unit, too.
   */
  readonly namespace: string;
  /** Absolute paths, later ones win. `values.yaml` is read by itself. */
  readonly valuesFiles: readonly string[];
  /** Texts of JSON that win over the files, the last ones most. */
  readonly values: readonly string[];
  /** They win over all values. */
  readonly parameters: readonly HelmParameter[];
}

/** As `helm --set`, or `--set-string`, takes it. */
export interface HelmParameter {
  readonly name: string;
  readonly value: string;
  readonly isString: boolean;
}

/** What a chart is rendered with. */
export interface RenderSettings extends ChartVariant {
  readonly chartFolder: string;
  /** `1.35`; what `.Capabilities.KubeVersion` and a chart's `kubeVersion` see. */
  readonly kubernetesVersion: string;
}

export type RenderResult =
  | { readonly output: string }
  | { readonly failure: RenderFailure }
  /** Nobody waits for it any more. */
  | { readonly cancelled: true };

/**
 * The arguments for `helm`. Nothing is fetched, no cluster is asked, and what a chart only runs on `helm test` is left out: it is
 * not applied with the rest. `scratch` holds the files of {@link toValuesFiles}.
 */
export function toArguments(settings: RenderSettings, scratch: string): readonly string[] {
  const { chartFolder, release, namespace, valuesFiles, parameters, kubernetesVersion } = settings;
  return [
    'template',
    release,
    chartFolder,
    '--namespace',
    namespace,
    '--kube-version',
    kubernetesVersion,
    '--include-crds',
    '--skip-tests',
    ...[...valuesFiles, ...toValuesFiles(settings, scratch).keys()].flatMap((file) => ['--values', file]),
    ...parameters.flatMap(({ name, value, isString }) => [isString ? '--set-string' : '--set', `${name}=${value}`]),
  ];
}

/** The texts that have to stand in files for `helm` to read them, by path. */
export function toValuesFiles({ values }: ChartVariant, scratch: string): ReadonlyMap<string, string> {
  return new Map(values.map((text, at) => [`${scratch}/values-${at}.json`, text]));
}

/**
 * All variables that `helm` is to see beside `PATH` and what the system itself needs. Its settings, plugins, caches and kubeconfig
 * lie in `scratch`, an empty folder; what the user has configured is neither read nor written.
 * https://helm.sh/docs/helm/helm/
 */
export function toEnvironment(scratch: string): Readonly<Record<string, string>> {
  return {
    HOME: scratch,
    TMPDIR: scratch,
    XDG_CACHE_HOME: `${scratch}/cache`,
    XDG_CONFIG_HOME: `${scratch}/config`,
    XDG_DATA_HOME: `${scratch}/data`,
    HELM_CACHE_HOME: `${scratch}/cache`,
    HELM_CONFIG_HOME: `${scratch}/config`,
    HELM_DATA_HOME: `${scratch}/data`,
    HELM_PLUGINS: `${scratch}/plugins`,
    HELM_REGISTRY_CONFIG: `${scratch}/registry.json`,
    HELM_REPOSITORY_CACHE: `${scratch}/repository`,
    HELM_REPOSITORY_CONFIG: `${scratch}/repositories.yaml`,
    HELM_CONTENT_CACHE: `${scratch}/content`,
    HELM_NO_PLUGINS: '1',
    KUBECONFIG: `${scratch}/kubeconfig`,
    KUBERNETES_SERVICE_HOST: '',
    NO_COLOR: '1',
  };
}

/** In milliseconds: a chart that takes longer is not rendered. */
export const RENDER_TIME_LIMIT = 20_000;
/** In bytes. */
export const RENDER_OUTPUT_LIMIT = 32 * 1024 * 1024;

/** Equal for equal results. `contents`: the keys of the files of the chart's folder, and of the files of values. */
export function toCacheKey(settings: RenderSettings, helmVersion: string, contents: readonly string[]): string {
  return sha256(JSON.stringify([helmVersion, toArguments(settings, ''), settings.values, contents]));
}

/** Equal for equal contents. `prints`: of each file its text, or something else that changes when it does. */
export function toContentKey(files: readonly string[], prints: ReadonlyMap<string, string>): string {
  return sha256(JSON.stringify([...files].sort().map((file) => [file, prints.get(file)])));
}
