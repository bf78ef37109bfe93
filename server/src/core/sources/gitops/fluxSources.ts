import { joinPath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { DeploymentGap, GitOpsObject } from './deployment.ts';
import { at, groupOf, itemsAt, newGap, rawText, textAt } from './fields.ts';
import { isThisRepository, type Repository, resolvePath } from './repository.ts';

/** The sources that the repository declares: GitRepositories, ArtifactGenerators and the others, by `kind/name`. */
export type FluxSources = ReadonlyMap<string, readonly YamlNode[]>;

export function collectSources(objects: readonly GitOpsObject[]): FluxSources {
  const sources = new Map<string, YamlNode[]>();
  const add = (key: string, root: YamlNode) => sources.set(key, [...(sources.get(key) ?? []), root]);
  for (const { root } of objects) {
    const group = groupOf(root);
    const kind = textAt(root, 'kind');
    if (group === 'source.toolkit.fluxcd.io') add(`${kind}/${textAt(root, 'metadata', 'name')}`, root);
    if (group !== 'source.extensions.fluxcd.io') continue;
    for (const artifact of itemsAt(root, 'spec', 'artifacts'))
      add(`ExternalArtifact/${textAt(artifact, 'name')}`, root);
  }
  return sources;
}

/** Where in this repository the root of a source lies; `ignores`: the source leaves files out by rules of its own. */
export type ResolvedSource = { readonly folder: string; readonly ignores: boolean } | { readonly gap: DeploymentGap };

/**
 * Finds what a `sourceRef` means. A GitRepository that no file declares is the one that Flux was installed with, which is
 * this repository, where the path exists in it: sources of other repositories are declared.
 */
export function resolveSource(
  reference: YamlNode | undefined,
  path: string,
  object: GitOpsObject,
  repository: Repository,
  sources: FluxSources,
): ResolvedSource {
  const kind = textAt(reference, 'kind') ?? '';
  const name = textAt(reference, 'name');
  const gapOf = (code: DeploymentGap['code'], message: string): ResolvedSource => ({
    gap: newGap(code, code === 'other-repository' ? 'elsewhere' : 'resources', message, at(reference, 'name'), object),
  });
  const hasRules = repository.read(joinPath(repository.root, '.sourceignore')) !== undefined;
  const here = { folder: repository.root, ignores: hasRules };
  if (kind === 'ExternalArtifact') {
    const folder = artifactFolder(sources.get(`${kind}/${name}`) ?? [], name ?? '', repository, sources);
    return folder === undefined
      ? gapOf('other-source', `it is not known what the artifact \`${name ?? ''}\` holds`)
      : { folder, ignores: hasRules };
  }
  if (kind !== 'GitRepository')
    return gapOf('other-source', `it is not known what the ${kind} \`${name ?? ''}\` holds`);
  if (name === undefined) return gapOf('templated', 'a variable decides which source is deployed');
  const declared = sources.get(`GitRepository/${name}`) ?? [];
  if (declared.length === 0) {
    const resolved = resolvePath(repository, path);
    const isFolder = resolved !== undefined && resolved !== repository.root && repository.folders.includes(resolved);
    return isFolder ? here : gapOf('unclear-repository', `no file declares the GitRepository \`${name}\``);
  }
  const verdict = judge(declared, repository);
  if (verdict === 'yes') {
    return { ...here, ignores: hasRules || declared.some((root) => at(root, 'spec', 'ignore') !== undefined) };
  }
  const url = rawText(at(declared[0], 'spec', 'url')) ?? '';
  if (verdict === 'no') return gapOf('other-repository', `\`${url}\` is another repository`);
  return gapOf('unclear-repository', `it is not known whether \`${url}\` is this repository`);
}

function judge(declared: readonly YamlNode[], repository: Repository): 'yes' | 'no' | 'unknown' {
  const answers = new Set(
    declared.map((root) => {
      const url = textAt(root, 'spec', 'url');
      const mixes = at(root, 'spec', 'include') !== undefined || at(root, 'spec', 'sparseCheckout') !== undefined;
      return url === undefined || mixes ? 'unknown' : isThisRepository(repository, url);
    }),
  );
  const [answer] = answers;
  return answers.size === 1 && answer !== undefined ? answer : 'unknown';
}

/**
 * The folder of which an artifact is a copy: every one of its parts must come from there and keep its place. Several clusters
 * may each declare one of this name; then they have to agree.
 */
function artifactFolder(
  generators: readonly YamlNode[],
  name: string,
  repository: Repository,
  sources: FluxSources,
): string | undefined {
  const folders = new Set(generators.flatMap((generator) => copiedFolders(generator, name, repository, sources)));
  const [folder] = folders;
  return folders.size === 1 && folder !== undefined && repository.has(folder) ? folder : undefined;
}

function copiedFolders(
  generator: YamlNode,
  name: string,
  repository: Repository,
  sources: FluxSources,
): readonly (string | undefined)[] {
  const artifact = itemsAt(generator, 'spec', 'artifacts').find((item) => textAt(item, 'name') === name);
  return itemsAt(artifact, 'copy').map((copy) => {
    const [, alias, from = ''] = /^@([^/]+)\/(?:(.*)\/)?\*\*$/.exec(textAt(copy, 'from') ?? '') ?? [];
    const [, to] = /^@artifact\/((?:.*[^/])?)\/?$/.exec(textAt(copy, 'to') ?? '') ?? [];
    const source = itemsAt(generator, 'spec', 'sources').find((item) => textAt(item, 'alias') === alias);
    const sourceName = textAt(source, 'name');
    const isGit = textAt(source, 'kind') === 'GitRepository' && sourceName !== undefined;
    const declared = isGit ? (sources.get(`GitRepository/${sourceName}`) ?? []) : [];
    const isHere = isGit && (declared.length === 0 || judge(declared, repository) === 'yes') && copyKeepsAll(copy);
    const isKept = to === '' || from === to || from.endsWith(`/${to ?? '/'}`);
    const prefix = isHere && isKept ? from.slice(0, from.length - (to ?? '').length).replace(/\/$/, '') : undefined;
    return prefix === undefined ? undefined : resolvePath(repository, prefix);
  });
}

function copyKeepsAll(copy: YamlNode): boolean {
  return at(copy, 'exclude') === undefined && at(copy, 'strategy') === undefined;
}
