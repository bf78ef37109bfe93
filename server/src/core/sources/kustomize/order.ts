import type { YamlNode } from '../../yaml/node.ts';
import { type Layer, refuse } from './context.ts';
import { field, items, text, textField } from './fields.ts';
import { type BuildResource, equalGvks, type Gvk, type ResourceId, settledOf } from './resource.ts';

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
    .map((resource) => {
      const settled = settledOf(resource);
      const { id } = settled;
      settled.order ??= { kind: kindKey(id), name: [id.namespace || '~X', id.name || '~N'].join('|') };
      const { kind, name } = settled.order;
      return { resource, id, rank: ranks.get(id.kind) ?? 0, kind, name };
    })
    .sort(compareKeys)
    .map(({ resource }) => resource);
}

/** The order of kinds in kustomize's own tables. */
export function compareGvks(a: Gvk, b: Gvk): number {
  const byRank = (DEFAULT_RANKS.get(a.kind) ?? 0) - (DEFAULT_RANKS.get(b.kind) ?? 0);
  return byRank === 0 ? compareTexts(kindKey(a), kindKey(b)) : byRank;
}

interface SortKeys {
  readonly id: ResourceId;
  readonly rank: number;
  readonly kind: string;
  readonly name: string;
}

function compareKeys(a: SortKeys, b: SortKeys): number {
  if (equalGvks(a.id, b.id)) return compareTexts(a.name, b.name);
  if (a.rank !== b.rank) return a.rank - b.rank;
  const isReversed = a.id.kind === 'Namespace' && b.id.kind === 'Namespace' && (a.id.group === '' || b.id.group === '');
  return compareTexts(a.kind, b.kind) * (isReversed ? -1 : 1);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function kindKey({ group, version, kind }: Gvk): string {
  return [group || '~G', version || '~V', kind || '~K'].join('_');
}
