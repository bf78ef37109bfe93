import type { Deployment, GitOpsObject } from '../../../server/src/core/sources/gitops/deployment.ts';
import { findDeployments, isGitOpsObject } from '../../../server/src/core/sources/gitops/deployments.ts';
import { textAt } from '../../../server/src/core/sources/gitops/fields.ts';
import { createRepository, type Repository } from '../../../server/src/core/sources/gitops/repository.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { type FileTexts, readFiles } from '../kustomize/build.ts';

const REMOTE = 'git@git.example.com:team/shop.git';

/** A repository of the files in one text (`#- path` starts one), with the objects in them. */
export function repositoryOf(
  text: string,
  remotes: readonly string[] = [REMOTE],
): { readonly repository: Repository; readonly objects: readonly GitOpsObject[]; readonly texts: FileTexts } {
  const texts = readFiles(text);
  const all = Object.entries(texts).flatMap(([file, content]) =>
    parseYaml(content).documents.flatMap(({ root }) => (root === undefined ? [] : [{ file, root }])),
  );
  const repository = createRepository({
    root: '/repo',
    remotes,
    files: Object.keys(texts),
    read: (path) => texts[path],
    findObjects: (kind, name) =>
      all.filter(({ root }) => textAt(root, 'kind') === kind && textAt(root, 'metadata', 'name') === name),
  });
  return { repository, objects: all.filter(({ root }) => isGitOpsObject(root)), texts };
}

export function deploymentsOf(text: string, remotes?: readonly string[]): readonly Deployment[] {
  const { objects, repository } = repositoryOf(text, remotes);
  return findDeployments(objects, repository);
}

/** Each deployment as `name → kind folder in namespace`, gaps as `name ? code`. */
export function describeDeployments(text: string, remotes?: readonly string[]): readonly string[] {
  return deploymentsOf(text, remotes).flatMap(({ name, sources, namespace, gaps }) => {
    const where = namespace === undefined ? '' : ` in ${namespace}`;
    const found = sources.map((source) => {
      const folder = source.kind === 'helm' ? source.chart : source.folder;
      return `${name} → ${source.kind} ${folder.slice('/repo/'.length)}${where}`;
    });
    return [...found, ...gaps.map(({ code }) => `${name} ? ${code}`)];
  });
}

/** An Application whose spec has these lines beside its destination. */
export function application(name: string, source: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: ${name}-ns}
  source:
    repoURL: https://git.example.com/team/shop.git
${source.replace(/^/gm, '    ')}
`;
}

/** A Flux Kustomization of this repository with these lines in its spec. */
export function fluxKustomization(name: string, spec: string): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  sourceRef: {kind: GitRepository, name: flux-system}
${spec.replace(/^/gm, '  ')}
`;
}
