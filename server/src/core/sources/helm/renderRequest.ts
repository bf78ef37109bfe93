import { sha256 } from '../kustomize/hash.ts';
import type { RenderFailure } from './renderFailure.ts';

/** What a chart is rendered with. */
export interface RenderSettings {
  readonly chartFolder: string;
  /** `.Release.Name`. */
  readonly release: string;
  /**
   * `.Release.Namespace`. Objects that name no namespace are applied there: it is the default namespace of the unit, too.
   */
  readonly namespace: string;
  /** Absolute paths, later ones win. `values.yaml` is read by itself. */
  readonly valuesFiles: readonly string[];
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
 * not applied with the rest.
 */
export function toArguments(settings: RenderSettings): readonly string[] {
  const { chartFolder, release, namespace, valuesFiles, kubernetesVersion } = settings;
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
    ...valuesFiles.flatMap((file) => ['--values', file]),
  ];
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

/**
 * Equal for equal results. `contents`: every file of the chart's folder and every values file by path, with its text, or
 * something else that changes when it does.
 */
export function toCacheKey(
  settings: RenderSettings,
  helmVersion: string,
  contents: Iterable<readonly [path: string, content: string]>,
): string {
  return sha256(
    JSON.stringify([helmVersion, toArguments(settings), [...contents].sort(([a], [b]) => (a < b ? -1 : 1))]),
  );
}
