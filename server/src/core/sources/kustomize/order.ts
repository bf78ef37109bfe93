import type { YamlNode } from '../../yaml/node.ts';
import { type Layer, refuse } from './context.ts';
import { field, items, text, textField } from './fields.ts';
import { type BuildResource, currentId, equalGvks, type Gvk, type ResourceId } from './resource.ts';

const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const DEFAULT_RANKS = toRanks(FIRST, LAST);

function toRanks(first: readonly string[], last: readonly string[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [index, kind] of first.entries()) ranks.set(kind, index - first.length);
  for (const [index, kind] of last.entries()) ranks.set(kind, index + 1);
  return ranks;
}

/** Puts objects in the order in which kustomize writes them: by kinds, unless `sortOptions` says `fifo`. */
export function sortResources(
  resources: readonly BuildResource[],
  layer: Layer,
  options: YamlNode | undefined,
): readonly BuildResource[] {
  const order = options === undefined ? 'legacy' : textField(options, 'order');
  const legacy = field(options, 'legacySortOptions');
  if (order !== 'legacy' && order !== 'fifo') {
    refuse(layer, 'bad-value', field(options, 'order') ?? options ?? layer.root, '`order` is `legacy` or `fifo`');
    return resources;
  }
  if (order === 'fifo') {
    if (legacy !== undefined) refuse(layer, 'bad-value', legacy, 'these options are for the order `legacy`');
    return resources;
  }
  const ranks =
    legacy === undefined
      ? DEFAULT_RANKS
      : toRanks(items(legacy, 'orderFirst').map(text), items(legacy, 'orderLast').map(text));
  return resources
    .map((resource) => ({ resource, id: currentId(resource) }))
    .sort((a, b) => compareIds(a.id, b.id, ranks))
    .map(({ resource }) => resource);
}

/** The order of kinds in kustomize's own tables. */
export function compareGvks(a: Gvk, b: Gvk): number {
  const byRank = (DEFAULT_RANKS.get(a.kind) ?? 0) - (DEFAULT_RANKS.get(b.kind) ?? 0);
  return byRank === 0 ? compareTexts(kindKey(a), kindKey(b)) : byRank;
}

function compareIds(a: ResourceId, b: ResourceId, ranks: ReadonlyMap<string, number>): number {
  if (equalGvks(a, b)) return compareTexts(nameKey(a), nameKey(b));
  const byRank = (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0);
  if (byRank !== 0) return byRank;
  const isReversed = a.kind === 'Namespace' && b.kind === 'Namespace' && (a.group === '' || b.group === '');
  return compareTexts(kindKey(a), kindKey(b)) * (isReversed ? -1 : 1);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function kindKey({ group, version, kind }: Gvk): string {
  return [group || '~G', version || '~V', kind || '~K'].join('_');
}

function nameKey({ namespace, name }: ResourceId): string {
  return `${namespace || '~X'}|${name || '~N'}`;
}
