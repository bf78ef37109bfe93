/** Whether a text may hold a Kubernetes object: it has lines that start with `apiVersion:` and with `kind:`. */
export function looksLikeKubernetes(text: string): boolean {
  return (
    /^[ \t\ufeff]*(?:- )?["']?apiVersion["']?[ \t]*:/m.test(text) &&
    /^[ \t\ufeff]*(?:- )?["']?kind["']?[ \t]*:/m.test(text)
  );
}

/** Whether a file's name alone tells that manifests are kept around it: a kustomization, a chart, our configuration. */
export function isMarkerName(path: string): boolean {
  return /(?:^|\/)(?:[Kk]ustomization|kustomization\.ya?ml|Chart\.yaml|\.kubefathom\.(?:ya?ml|json))$/.test(path);
}

/**
 * Puts the paths that most likely hold manifests first, so that a bounded look finds them: markers, then folders and files
 * named after Kubernetes and its tools, then short paths.
 */
export function likelyFirst(paths: readonly string[]): readonly string[] {
  return paths
    .map((path) => ({ path, rank: rankOf(path) }))
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length)
    .map((ranked) => ranked.path);
}

function rankOf(path: string): number {
  if (isMarkerName(path)) return 0;
  if (/k8s|kube|kustom|manifest|helm|chart|deploy|service|ingress|overlay|argo|flux|cluster/i.test(path)) return 1;
  return /(?:^|\/)\.(?:github|gitlab|circleci)|compose|openapi|swagger|node_modules|vendor/.test(path) ? 3 : 2;
}
