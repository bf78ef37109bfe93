import type { Located, Span } from '../base/span.ts';
import {
  effectivePairs,
  findPair,
  findValue,
  isNull,
  type YamlDocument,
  type YamlNode,
  type YamlProblem,
} from '../yaml/node.ts';
import type { Refusal } from './api/refusal.ts';
import { findRefusals } from './api/validate.ts';
import { readAutoscaler } from './autoscaler.ts';
import { readConfigMap } from './configMap.ts';
import { readDisruptionBudget } from './disruptionBudget.ts';
import { readEndpoints } from './endpoints.ts';
import {
  type DuplicateKey,
  type Fault,
  type Field,
  noteMapping,
  noteNonStrings,
  type ReadContext,
  readList,
  readString,
} from './field.ts';
import { readGateway, readReferenceGrant, readRoute } from './gateway.ts';
import { readIngress } from './ingress.ts';
import { readShared, type SharingContext } from './knownViews.ts';
import { type LabelSet, readLabels } from './labels.ts';
import { readMonitor } from './monitor.ts';
import { readNetworkPolicy } from './networkPolicy.ts';
import type { Resource } from './resource.ts';
import type { ResourceBase } from './resourceBase.ts';
import { readService } from './service.ts';
import { readWorkload } from './workload.ts';

/** Built-in kinds without a namespace, by `group/kind` (from the API server's discovery). */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'certificates.k8s.io/CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
]);

const INGRESS_VERSIONS: ReadonlySet<string> = new Set([
  'networking.k8s.io/v1',
  'networking.k8s.io/v1beta1',
  'extensions/v1beta1',
]);

/** The kinds whose own labels something asks for: selectors of namespaces, and monitors of Services. */
const LABELLED: ReadonlySet<string> = new Set(['Namespace', 'Service']);

/**
 * Annotations that something reads: our own, those of Ingress controllers that change what a backend means, and those that
 * the endpoint controllers look at.
 */
const READ_ANNOTATIONS =
  /^(kubefathom\.dev|service\.kubernetes\.io\/topology|control-plane\.alpha\.kubernetes\.io\/leader|nginx\.ingress\.kubernetes\.io|alb\.ingress\.kubernetes\.io|kubernetes\.io\/ingress|config\.kubernetes\.io|helm\.sh)/;

/** Whether objects of this kind live in no namespace; custom resources count as namespaced. */
export function isClusterScoped(resource: Pick<ResourceBase, 'group' | 'kind'>): boolean {
  return CLUSTER_SCOPED.has(`${resource.group}/${resource.kind}`);
}

/** Reads every object of a document; the items of a `List` are objects of their own. */
export function readResources(document: YamlDocument, context: SharingContext): readonly Resource[] {
  if (document.root?.kind !== 'mapping') return [];
  const opaque = document.templated || !document.complete;
  const faults: Fault[] = document.problems.flatMap((problem) =>
    problem.code === 'duplicate-key' && problem.other !== undefined
      ? [toDuplicateKey(problem, problem.other, context)]
      : [],
  );
  return readObject(document.root, document, opaque, faults, context);
}

function toDuplicateKey({ key, equal, start, end }: YamlProblem, winner: Span, context: ReadContext): DuplicateKey {
  return { code: 'duplicate-key', key: context.intern(key ?? ''), equal: equal ?? false, winner, start, end };
}

function readObject(
  root: YamlNode,
  span: Span,
  opaque: boolean,
  faults: Fault[],
  context: SharingContext,
  listed?: ListedKind,
): readonly Resource[] {
  const own: SharingContext = { ...context, faults };
  const apiVersion = readString(findValue(root, 'apiVersion'), own) ?? listed?.apiVersion;
  const kind = readString(findPair(root, 'kind')?.value, own) ?? listed?.kind;
  if (kind?.value === undefined || apiVersion === undefined) return [];
  const kindNode = { start: kind.start, end: kind.end };
  if (isList(root, apiVersion.value, kind.value))
    return readItems(root, opaque, faults, context, listedKind(apiVersion, kind));
  const version = apiVersion.value ?? '';
  const metadata = findValue(root, 'metadata');
  const labels = findValue(metadata, 'labels');
  const annotations = findValue(metadata, 'annotations');
  noteMapping(metadata, own);
  noteMapping(findValue(root, 'spec'), own);
  noteNonStrings(labels, 'label', own);
  noteNonStrings(annotations, 'annotation', own);
  // Of an item without a kind of its own, its list would have to be judged.
  const isJudged = context.judges === true && findPair(root, 'kind') !== undefined;
  const isOpaque = opaque || apiVersion.value === undefined || metadata?.unknown !== undefined;
  const base: ResourceBase = {
    file: context.file,
    start: span.start,
    end: span.end,
    apiVersion: version,
    group: context.intern(version.includes('/') ? version.slice(0, version.indexOf('/')) : ''),
    kind: kind.value,
    kindSpan: { start: kindNode.start, end: kindNode.end },
    name: readString(findValue(metadata, 'name'), own),
    generateName: !isNull(findValue(metadata, 'generateName')),
    namespace: readNamespace(metadata, kindNode, own),
    labels: LABELLED.has(kind.value) ? readLabels(labels, context.intern) : undefined,
    annotations: readAnnotations(annotations, context),
    opaque: isOpaque,
    faults,
    refusals: isJudged && !isOpaque ? judge(root, context) : undefined,
  };
  return [readShared(base, root, own, readView)];
}

const NOTHING_REFUSED: readonly Refusal[] = [];

function judge(root: YamlNode, { intern }: ReadContext): readonly Refusal[] {
  const refusals = findRefusals(root);
  if (refusals.length === 0) return NOTHING_REFUSED;
  return refusals.map(({ text, meant, ...refusal }) => ({
    ...refusal,
    field: intern(refusal.field),
    message: intern(refusal.message),
    ...(text !== undefined && { text: intern(text) }),
    ...(meant !== undefined && { meant: intern(meant) }),
  }));
}

function readNamespace(metadata: YamlNode | undefined, kind: Span, context: ReadContext): Field<string> {
  const written = readString(findValue(metadata, 'namespace'), context);
  if (written !== undefined || context.defaultNamespace === undefined) return written;
  return { value: context.defaultNamespace, start: kind.start, end: kind.end };
}

/**
 * Each reader spreads `base` last: V8 gives every object that begins with a spread and goes on with many fields a shape of its
 * own, which costs half a kilobyte and makes whatever reads the objects slow.
 */
function readView(base: ResourceBase, root: YamlNode, context: ReadContext): Resource {
  switch (`${base.group}/${base.kind}`) {
    case '/Service':
      return readService(base, root, context);
    case 'networking.k8s.io/NetworkPolicy':
    case 'extensions/NetworkPolicy':
      return readNetworkPolicy(base, root, context);
    case 'networking.k8s.io/Ingress':
    case 'extensions/Ingress':
      return INGRESS_VERSIONS.has(base.apiVersion) ? readIngress(base, root, context) : { type: 'other', ...base };
    case 'monitoring.coreos.com/ServiceMonitor':
    case 'monitoring.coreos.com/PodMonitor':
      return readMonitor(base, root, context);
    case 'gateway.networking.k8s.io/HTTPRoute':
    case 'gateway.networking.k8s.io/GRPCRoute':
    case 'gateway.networking.k8s.io/TCPRoute':
    case 'gateway.networking.k8s.io/TLSRoute':
    case 'gateway.networking.k8s.io/UDPRoute':
      return readRoute(base, root, context);
    case 'gateway.networking.k8s.io/Gateway':
      return readGateway(base, root, context);
    case 'gateway.networking.k8s.io/ReferenceGrant':
      return readReferenceGrant(base, root, context);
    case 'autoscaling/HorizontalPodAutoscaler':
      return readAutoscaler(base, root, context);
    case 'policy/PodDisruptionBudget':
      return readDisruptionBudget(base, root, context);
    case '/Endpoints':
    case 'discovery.k8s.io/EndpointSlice':
      return readEndpoints(base, root, context);
    case '/ConfigMap':
    case '/Secret':
      return readConfigMap(base, root, context);
    default:
      return readWorkload(base, root, context) ?? { type: 'other', ...base };
  }
}

/** What the items of a list are that names their kind, such as a ServiceList: they may leave it out. */
interface ListedKind {
  readonly apiVersion: Located<string>;
  readonly kind: Located<string>;
}

function listedKind(apiVersion: Field<string>, kind: Located<string>): ListedKind | undefined {
  if (kind.value === 'List' || apiVersion?.value === undefined) return undefined;
  return { apiVersion, kind: { ...kind, value: kind.value.slice(0, -'List'.length) } };
}

/** Whether kubectl takes an object apart into its items; objects of other groups may just be called so. */
function isList(root: YamlNode, apiVersion: string | undefined, kind: string): boolean {
  if (apiVersion === undefined || !kind.endsWith('List')) return false;
  if (apiVersion === 'v1') return true;
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  const isOwn = !group.includes('.') || group.endsWith('.k8s.io');
  return isOwn && findValue(root, 'items')?.kind === 'sequence';
}

function readItems(
  root: YamlNode,
  opaque: boolean,
  faults: readonly Fault[],
  context: SharingContext,
  listed: ListedKind | undefined,
): readonly Resource[] {
  const items = readList(findValue(root, 'items'), context)?.items ?? [];
  // Items and faults in one order: each fault is looked at once.
  const ordered = [...faults].sort((a, b) => a.start - b.start);
  let next = 0;
  return items.flatMap((item) => {
    while ((ordered[next]?.start ?? item.start) < item.start) next++;
    const inside: Fault[] = [];
    for (let fault = ordered[next]; fault !== undefined && fault.start < item.end; fault = ordered[++next])
      inside.push(fault);
    const isList = findValue(item, 'items')?.kind === 'sequence';
    return item.kind === 'mapping' && !isList
      ? readObject(item, item, opaque || item.unknown !== undefined, inside, context, listed)
      : [];
  });
}

function readAnnotations(node: YamlNode | undefined, context: ReadContext): LabelSet | undefined {
  if (node?.kind !== 'mapping') return undefined;
  if (!effectivePairs(node).some((pair) => pair.name !== undefined && READ_ANNOTATIONS.test(pair.name)))
    return undefined;
  const all = readLabels(node, context.intern);
  if (all === undefined) return undefined;
  return { ...all, entries: all.entries.filter((entry) => READ_ANNOTATIONS.test(entry.key.value)) };
}
