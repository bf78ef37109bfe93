import { findNearest } from '../../base/editDistance.ts';
import type { Span } from '../../base/span.ts';
import { findPair, isNull, type YamlNode, type YamlPair } from '../../yaml/node.ts';
import { FORMER_GROUPS, isOffByDefault, removalOf } from './kindVersions.ts';
import type { Refusal } from './refusal.ts';
import { SERVED_KINDS, type StructShape } from './shapes.ts';
import { TABLE_VERSION } from './shapeTable.ts';

/** What an object's apiVersion and kind say. */
export type ApiKind =
  /** `key` is `apps/v1/Deployment`. */
  | { readonly status: 'known'; readonly key: string; readonly shape: StructShape }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** A custom resource, a list, a template's: nothing can be said. */
  | { readonly status: 'other' };

/**
 * Looks an object's kind up. Refused is what no cluster has: kinds that Kubernetes has removed, kinds in a wrong version or
 * group of its own, misspelt ones, and objects without a kind. Other groups are those of CustomResourceDefinitions, whose names
 * have a dot.
 */
export function lookUpKind(root: YamlNode): ApiKind {
  if (root.unknown !== undefined) return OTHER;
  if (root.kind !== 'mapping')
    return refused(root, '', 'an object must stand here: a mapping with `apiVersion` and `kind`');
  const kindPair = findPair(root, 'kind');
  const versionPair = findPair(root, 'apiVersion');
  if (isOpen(kindPair) || isOpen(versionPair) || root.pairs.some(({ name }) => name === undefined)) return OTHER;
  const kind = textOf(kindPair);
  const apiVersion = textOf(versionPair);
  const kindSpan = spanOf(kindPair) ?? versionPair?.key ?? root;
  if (kind === undefined) return refused(kindSpan, 'kind', 'the object has no kind');
  if (apiVersion === undefined)
    return refused(spanOf(versionPair) ?? kindSpan, 'apiVersion', 'the object has no apiVersion');
  const shape = SERVED_KINDS.get(apiVersion)?.get(kind);
  if (shape !== undefined) {
    return isList(shape) ? OTHER : { status: 'known', key: `${apiVersion}/${kind}`, shape };
  }
  const isNamed = findPair(findPair(root, 'metadata')?.value, 'name') !== undefined;
  const fault = kindFault(apiVersion, kind, isNamed);
  if (fault === undefined) return OTHER;
  const isKindWrong = SERVED_KINDS.has(apiVersion) && fault.at === 'kind';
  const at = isKindWrong ? kindSpan : (spanOf(versionPair) ?? kindSpan);
  return refused(at, isKindWrong ? 'kind' : 'apiVersion', fault.message);
}

const OTHER: ApiKind = { status: 'other' };

interface KindFault {
  readonly at: 'kind' | 'apiVersion';
  readonly message: string;
}

function kindFault(apiVersion: string, kind: string, isNamed: boolean): KindFault | undefined {
  if ((apiVersion === 'v1' && kind === 'List') || isOffByDefault(apiVersion, kind)) return undefined;
  const removal = removalOf(apiVersion, kind);
  if (removal !== undefined) {
    const since = `\`${apiVersion}\` has no \`${kind}\` since Kubernetes 1.${removal.minor}`;
    return { at: 'apiVersion', message: removal.now === '' ? since : `${since}; it is in \`${removal.now}\`` };
  }
  const group = groupOf(apiVersion);
  const isOurs = BUILT_IN_GROUPS.has(group.toLowerCase());
  if (!isOurs && group.includes('.')) return undefined;
  const message = `Kubernetes ${TABLE_VERSION} has no \`${kind}\` in \`${apiVersion}\``;
  const homes = HOMES.get(kind);
  const home = homes?.find((candidate) => groupOf(candidate) === group) ?? homes?.at(-1);
  if (home !== undefined) return { at: 'apiVersion', message: `${message}; it is in \`${home}\`` };
  const kinds = SERVED_KINDS.get(apiVersion);
  if (kinds === undefined) return undefined;
  const meant = nearestKind(kind, [...kinds.keys()]);
  if (meant !== undefined) return { at: 'kind', message: `${message}; did you mean \`${meant}\`?` };
  // `v1` stands in files of other tools as well.
  return group === '' && (!isNamed || FOREIGN_V1.has(kind)) ? undefined : { at: 'kind', message };
}

function nearestKind(kind: string, kinds: readonly string[]): string | undefined {
  const lower = kind.toLowerCase();
  const same = kinds.find((name) => name.toLowerCase() === lower || pluralsOf(name).includes(lower));
  return (
    same ?? SHORT_NAMES.get(lower)?.find((name) => kinds.includes(name)) ?? findNearest(kind, kinds, (name) => name)
  );
}

function pluralsOf(kind: string): readonly string[] {
  const lower = kind.toLowerCase();
  return [`${lower}s`, `${lower}es`, `${lower.slice(0, -1)}ies`];
}

/** What kubectl takes instead of a kind on the command line. */
const SHORT_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    cm: ['ConfigMap'],
    cj: ['CronJob'],
    deploy: ['Deployment'],
    ds: ['DaemonSet'],
    ep: ['Endpoints'],
    hpa: ['HorizontalPodAutoscaler'],
    ing: ['Ingress'],
    limits: ['LimitRange'],
    netpol: ['NetworkPolicy'],
    no: ['Node'],
    ns: ['Namespace'],
    pc: ['PriorityClass'],
    pdb: ['PodDisruptionBudget'],
    po: ['Pod'],
    pv: ['PersistentVolume'],
    pvc: ['PersistentVolumeClaim'],
    quota: ['ResourceQuota'],
    rc: ['ReplicationController'],
    rs: ['ReplicaSet'],
    sa: ['ServiceAccount'],
    sc: ['StorageClass'],
    sts: ['StatefulSet'],
    svc: ['Service'],
  }),
);

/** The file of kubectl, and kinds that OpenShift had in `v1`. */
const FOREIGN_V1: ReadonlySet<string> = new Set([
  ...[
    'Config',
    'Template',
    'DeploymentConfig',
    'BuildConfig',
    'Build',
    'Route',
    'Image',
    'ImageStream',
    'ImageStreamTag',
  ],
  ...['Project', 'ProjectRequest', 'User', 'Group', 'Identity', 'OAuthClient', 'Policy', 'PolicyBinding'],
  ...[
    'Role',
    'RoleBinding',
    'ClusterRole',
    'ClusterRoleBinding',
    'SecurityContextConstraints',
    'MasterConfig',
    'NodeConfig',
  ],
]);

const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([...[...SERVED_KINDS.keys()].map(groupOf), ...FORMER_GROUPS]);

/** The apiVersions that have a kind, oldest first. */
const HOMES: ReadonlyMap<string, readonly string[]> = homesOfKinds();

function homesOfKinds(): ReadonlyMap<string, readonly string[]> {
  const homes = new Map<string, string[]>();
  for (const [apiVersion, kinds] of SERVED_KINDS) {
    for (const kind of kinds.keys()) homes.set(kind, [...(homes.get(kind) ?? []), apiVersion]);
  }
  return homes;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function isList({ fields }: StructShape): boolean {
  const metadata = fields.get('metadata');
  return metadata?.kind === 'struct' && metadata.name === 'ListMeta' && fields.get('items')?.kind === 'list';
}

/** Something is written that is not decided. */
function isOpen(pair: YamlPair | undefined): boolean {
  return pair?.value.unknown !== undefined;
}

function textOf(pair: YamlPair | undefined): string | undefined {
  const node = pair?.value;
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}

function spanOf(pair: YamlPair | undefined): Span | undefined {
  if (pair === undefined) return undefined;
  return isNull(pair.value) || pair.value.kind !== 'scalar' ? pair.key : pair.value;
}

function refused({ start, end }: Span, field: string, message: string): ApiKind {
  return { status: 'refused', refusal: { field, reason: 'Kind', message, start, end } };
}
