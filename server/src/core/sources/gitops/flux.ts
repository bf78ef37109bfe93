import { basename, dirname, isInside, joinPath, relativePath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { amendFolder, findKustomization } from './amendFolder.ts';
import { type Amendment, plain, type Written } from './amendKustomization.ts';
import type { Deployment, DeploymentGap, DeploymentSource, GitOpsObject } from './deployment.ts';
import { at, entriesAt, flagAt, isTemplated, itemsAt, jsonOf, newGap, placeOf, rawText, textAt } from './fields.ts';
import { type FluxSources, resolveSource } from './fluxSources.ts';
import { readVariables } from './fluxVariables.ts';
import { filesBelow, type Repository, resolvePath } from './repository.ts';

/** What a Flux Kustomization deploys (https://fluxcd.io/flux/components/kustomize/kustomizations/). */
export function readFluxKustomization(object: GitOpsObject, repository: Repository, sources: FluxSources): Deployment {
  const { root } = object;
  const spec = at(root, 'spec');
  const gaps: DeploymentGap[] = [];
  const source = readSource(object, repository, sources, gaps);
  const { variables, gap } = readVariables(object, repository);
  if (gap !== undefined) gaps.push(gap);
  return {
    ...placeOf(at(root, 'metadata', 'name'), object),
    tool: 'flux',
    kind: 'Kustomization',
    name: textAt(root, 'metadata', 'name') ?? '',
    sources: source === undefined ? [] : [source],
    namespace: textAt(spec, 'targetNamespace'),
    createsNamespace: false,
    variables,
    gaps,
  };
}

function readSource(
  object: GitOpsObject,
  repository: Repository,
  sources: FluxSources,
  gaps: DeploymentGap[],
): DeploymentSource | undefined {
  const spec = at(object.root, 'spec');
  const path = at(spec, 'path');
  const written = textAt(path) ?? '';
  if (isTemplated(path)) {
    gaps.push(newGap('templated', 'resources', 'a variable decides which folder is deployed', path, object));
    return undefined;
  }
  const source = resolveSource(at(spec, 'sourceRef'), written, object, repository, sources);
  if ('gap' in source) {
    gaps.push(source.gap);
    return undefined;
  }
  const folder = resolvePath(repository, written, source.folder);
  if (folder === undefined || !repository.folders.includes(folder)) {
    const message = `there is no folder \`${written}\` with manifests in this repository`;
    gaps.push(newGap('missing-path', 'resources', message, path, object));
    return undefined;
  }
  if (source.ignores && findKustomization(repository, folder) === undefined) {
    gaps.push(newGap('overrides', 'resources', 'the source leaves files out', at(spec, 'sourceRef'), object));
  }
  const generated = { text: generate(repository, folder), madeFrom: { node: path ?? object.root, file: object.file } };
  const amended = amendFolder(repository, folder, readAmendments(object, folder, repository), generated);
  if ('gap' in amended) {
    gaps.push(newGap(amended.gap, 'resources', amended.message, path, object));
    return undefined;
  }
  return { kind: 'kustomize', folder, kustomization: amended.kustomization, unrestricted: true };
}

/** The kustomization that Flux writes where a folder has none: every manifest below, folders with a kustomization as a whole. */
function generate(repository: Repository, folder: string): string {
  const entries = new Set<string>();
  for (const file of filesBelow(repository, folder)) {
    if (!/\.ya?ml$/.test(file) && basename(file) !== 'Kustomization') continue;
    if (['.sops.yaml', '.flux.yaml', '.goreleaser.yml'].includes(basename(file))) continue;
    const owner = outermost(repository, folder, dirname(file));
    if (owner !== undefined || /\.ya?ml$/.test(file)) entries.add(relativePath(folder, owner ?? file));
  }
  const paths = [...entries].map((path) => `./${path}`);
  return paths.length === 0 ? 'namespace: _placeholder\n' : `resources: ${JSON.stringify(paths)}\n`;
}

/** The outermost folder with a kustomization between `top` and `folder`. */
function outermost(repository: Repository, top: string, folder: string): string | undefined {
  if (folder === top || !isInside(top, folder)) return undefined;
  return (
    outermost(repository, top, dirname(folder)) ??
    (findKustomization(repository, folder) === undefined ? undefined : folder)
  );
}

/** What the spec writes into the kustomization (github.com/fluxcd/pkg, kustomize_generator.go). */
function readAmendments({ root, file }: GitOpsObject, folder: string, repository: Repository): readonly Amendment[] {
  const spec = at(root, 'spec');
  const amendments: Amendment[] = [];
  const node = (value: YamlNode): Written => ({ kind: 'node', node: value, file });
  const append = (field: string, items: readonly Written[], how: Amendment['how'] = 'append') => {
    if (items.length > 0) amendments.push({ field, how, value: { kind: 'list', items } });
  };
  for (const [from, field] of SCALARS) {
    const value = at(spec, from);
    if (value !== undefined) amendments.push({ field, how: 'set', value: node(value) });
  }
  append(
    'patches',
    itemsAt(spec, 'patches').map((patch) => pick(patch, ['patch', 'target'], file)),
  );
  append(
    'patchesStrategicMerge',
    itemsAt(spec, 'patchesStrategicMerge').map((patch) => ({
      kind: 'text',
      text: jsonOf(patch),
      at: { node: patch, file },
    })),
  );
  append(
    'patchesJson6902',
    itemsAt(spec, 'patchesJson6902').map((patch) => {
      const operations = at(patch, 'patch');
      const target = pick(patch, ['target'], file);
      if (operations === undefined || target.kind !== 'map') return target;
      const text: Written = { kind: 'text', text: jsonOf(operations), at: { node: operations, file } };
      return { kind: 'map', entries: [['patch', text], ...target.entries] };
    }),
  );
  const mayLack = flagAt(spec, 'ignoreMissingComponents');
  append(
    'components',
    itemsAt(spec, 'components')
      .filter((component) => !mayLack || repository.has(joinPath(folder, rawText(component) ?? '')))
      .map(node),
  );
  append('images', itemsAt(spec, 'images').map(node), 'join');
  const labels = entriesAt(spec, 'commonMetadata', 'labels');
  if (labels.length > 0) {
    const pairs: Written = { kind: 'map', entries: labels.map(({ name, value }) => [name, node(value)]) };
    append('labels', [{ kind: 'map', entries: [['pairs', pairs]] }]);
  }
  return amendments;
}

const SCALARS = [
  ['targetNamespace', 'namespace'],
  ['namePrefix', 'namePrefix'],
  ['nameSuffix', 'nameSuffix'],
] as const;

function pick(node: YamlNode, fields: readonly string[], file: string): Written {
  const entries = fields.flatMap((field) => {
    const value = at(node, field);
    return value === undefined ? [] : [[field, { kind: 'node', node: value, file }] as const];
  });
  return entries.length === 0 ? plain('') : { kind: 'map', entries };
}
