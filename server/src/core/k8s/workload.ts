import type { Located, Span } from '../base/span.ts';
import { findPair, findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { type PodTerm, readPodTerms } from './affinity.ts';
import { type DnsConfig, readDnsConfig } from './dnsConfig.ts';
import { type Environment, readEnvironment } from './environment.ts';
import {
  type Field,
  type IntOrString,
  isUndecided,
  noteMapping,
  noteNonString,
  noteNonStrings,
  noteSelector,
  type ReadContext,
  readBoolean,
  readInteger,
  readIntOrString,
  readList,
  readString,
} from './field.ts';
import { type LabelSelector, type LabelSet, readLabelSelector, readLabels, readSelectorMap } from './labels.ts';
import type { ContainerPort, PortOwner } from './ports.ts';
import type { ResourceBase } from './resourceBase.ts';

/**
 * Anything that makes Pods, as one view: the built-in workloads, a bare Pod (its own template), and custom resources
 * that hold a Pod template (Rollout, DeploymentConfig, …).
 */
export interface Workload extends ResourceBase {
  readonly type: 'workload';
  /** `custom`: a kind that we know only by its Pod template; its controller may add labels, ports and Pods. */
  readonly maker:
    | 'Pod'
    | 'Deployment'
    | 'StatefulSet'
    | 'DaemonSet'
    | 'ReplicaSet'
    | 'ReplicationController'
    | 'Job'
    | 'CronJob'
    | 'custom';
  readonly replicas: Field<number>;
  /** The key `replicas`, for a fix that takes it away. */
  readonly replicasKey: Span | undefined;
  /** First ordinal of a StatefulSet. */
  readonly firstOrdinal: Field<number>;
  readonly selector: LabelSelector | undefined;
  /** The mapping `spec`, for a fix that adds to it. */
  readonly specPlace: Span | undefined;
  /** The selector holds labels directly, as that of a Service does: the API server refuses it (but in a ReplicationController). */
  readonly selectorIsMap: boolean;
  /** The key `selector` of the spec, where written. */
  readonly selectorKey: Span | undefined;
  readonly manualSelector: Field<boolean>;
  readonly serviceName: Field<string>;
  /** A Deployment that is paused from the start makes no Pods. */
  readonly paused: Field<boolean>;
  /** How a StatefulSet starts its Pods: `OrderedReady` (one after the other, the default) or `Parallel`. */
  readonly podManagementPolicy: Field<string>;
  readonly job: JobFields | undefined;
  readonly template: PodTemplate;
}

/** How many Pods a Job runs; of a CronJob, the Jobs that it makes. */
export interface JobFields {
  readonly parallelism: Field<number>;
  readonly completions: Field<number>;
  /** `Indexed`: each Pod has an index, in its host name and in a label. */
  readonly completionMode: Field<string>;
  readonly suspend: Field<boolean>;
}

export interface PodTemplate extends Span {
  /** The template's labels; `undefined` when it has none. */
  readonly labels: LabelSet | undefined;
  /** `metadata.labels` (else `metadata`, else the template): where a label would be added. */
  readonly labelsPlace: Span;
  readonly containers: readonly Container[];
  /** Further containers may exist (templates, injected by a controller). */
  readonly containersOpen: boolean;
  readonly hostNetwork: Field<boolean>;
  readonly hostname: Field<string>;
  readonly subdomain: Field<string>;
  readonly dnsPolicy: Field<string>;
  /** The mapping `spec` of the Pods, for a fix that adds to it. */
  readonly specPlace: Span | undefined;
  /** What the Pods add to their resolver's configuration. */
  readonly dnsConfig: DnsConfig | undefined;
  readonly serviceAccountName: Field<string>;
  /** What else Pods wait for: before they are scheduled, or before they count as ready. */
  readonly gates: readonly PodGate[];
  /** Which nodes it fits; `undefined` where nothing is said. */
  readonly nodes: NodeNeeds | undefined;
  /** Which other Pods it names, to be near them or far from them. */
  readonly podTerms: readonly PodTerm[];
}

export interface PodGate {
  readonly kind: 'scheduling' | 'readiness';
  readonly name: Field<string>;
}

/** What a Pod asks of its node: labels by `nodeSelector`, and one of the terms of a required node affinity. */
export interface NodeNeeds {
  readonly selector: LabelSelector | undefined;
  /** `undefined`: no required affinity. */
  readonly terms: readonly LabelSelector[] | undefined;
  readonly name: Field<string>;
  /** More may be asked for. */
  readonly open: boolean;
}

export interface Container extends Span, PortOwner {
  readonly name: Located<string> | undefined;
  readonly image: Field<string>;
  readonly portsPlace: Span | undefined;
  readonly probes: readonly Probe[];
  /** The hosts that it is told of. */
  readonly environment: Environment;
  /** Its readiness probe runs a command. */
  readonly hasReadinessCommand: boolean;
}

export interface Probe extends Span {
  /** The key that holds it. */
  readonly field: 'readinessProbe' | 'livenessProbe' | 'startupProbe' | 'postStart' | 'preStop';
  readonly handler: 'httpGet' | 'tcpSocket' | 'grpc';
  readonly port: Field<IntOrString>;
  readonly path: Field<string>;
}

const MAKERS: ReadonlyMap<string, Workload['maker']> = new Map<string, Workload['maker']>([
  ['/Pod', 'Pod'],
  ['/ReplicationController', 'ReplicationController'],
  ['apps/Deployment', 'Deployment'],
  ['extensions/Deployment', 'Deployment'],
  ['apps/StatefulSet', 'StatefulSet'],
  ['apps/DaemonSet', 'DaemonSet'],
  ['extensions/DaemonSet', 'DaemonSet'],
  ['apps/ReplicaSet', 'ReplicaSet'],
  ['extensions/ReplicaSet', 'ReplicaSet'],
  ['batch/Job', 'Job'],
  ['batch/CronJob', 'CronJob'],
]);

/** Built-in kinds that hold a template without making Pods of it. */
const NOT_MAKERS: ReadonlySet<string> = new Set(['/PodTemplate']);

/** Whether a built-in controller makes Pods for this group and kind. */
export function builtInMaker(group: string, kind: string): Workload['maker'] | undefined {
  return MAKERS.get(`${group}/${kind}`);
}

/**
 * Reads any Pod-making kind; `undefined` when the object holds no Pod template, or so little of one that it is a piece of a
 * workload: a patch, or the state that a test expects.
 */
export function readWorkload(base: ResourceBase, root: YamlNode, context: ReadContext): Workload | undefined {
  const maker = builtInMaker(base.group, base.kind) ?? 'custom';
  const spec = findValue(root, 'spec');
  const template = maker === 'Pod' ? root : findTemplate(maker, spec);
  if (maker === 'custom' && (NOT_MAKERS.has(`${base.group}/${base.kind}`) || !looksLikePodTemplate(template)))
    return undefined;
  const jobSpec = maker === 'CronJob' ? findValue(findValue(spec, 'jobTemplate'), 'spec') : spec;
  const replicas = maker === 'Pod' || maker === 'custom' ? undefined : findPair(spec, 'replicas');
  const selectorPair = maker === 'Pod' ? undefined : findPair(jobSpec, 'selector');
  const workload: Workload = {
    type: 'workload',
    maker,
    replicas: readInteger(replicas?.value, context),
    replicasKey: replicas && { start: replicas.key.start, end: replicas.key.end },
    firstOrdinal:
      maker === 'StatefulSet' ? readInteger(findValue(findValue(spec, 'ordinals'), 'start'), context) : undefined,
    selector: readWorkloadSelector(maker, selectorPair?.value, context),
    selectorIsMap: maker !== 'ReplicationController' && isLabelMap(selectorPair?.value),
    specPlace: maker !== 'Pod' && spec?.kind === 'mapping' ? { start: spec.start, end: spec.end } : undefined,
    selectorKey:
      selectorPair && !isNull(selectorPair.value)
        ? { start: selectorPair.key.start, end: selectorPair.key.end }
        : undefined,
    manualSelector: readBoolean(
      maker === 'Job' || maker === 'CronJob' ? findValue(jobSpec, 'manualSelector') : undefined,
      context,
    ),
    serviceName: readString(maker === 'StatefulSet' ? findValue(spec, 'serviceName') : undefined, context),
    paused: readBoolean(maker === 'Deployment' ? findValue(spec, 'paused') : undefined, context),
    podManagementPolicy: readString(
      maker === 'StatefulSet' ? findValue(spec, 'podManagementPolicy') : undefined,
      context,
    ),
    job: maker === 'Job' || maker === 'CronJob' ? readJobFields(jobSpec, context) : undefined,
    template: readPodTemplate(template, base, maker, context),
    ...base,
  };
  return spec?.unknown === undefined && isPiece(workload) ? undefined : workload;
}

/** Whether it lacks a name, or labels, selector and containers together: no cluster would take it. */
function isPiece({ opaque, name, generateName, selectorKey, template }: Workload): boolean {
  if (opaque) return false;
  if (name === undefined && !generateName) return true;
  const { labels, containers, containersOpen } = template;
  const isLabelled = labels !== undefined && (labels.open || labels.entries.length > 0);
  return selectorKey === undefined && !isLabelled && !containersOpen && containers.length === 0;
}

/** Whether the workload runs to an end: its Pods are no lasting endpoints. */
export function isJob(workload: Workload): boolean {
  return workload.maker === 'Job' || workload.maker === 'CronJob';
}

/**
 * Custom kinds whose controllers take the template as it is, containers and ports included; they only add labels.
 * Sources: argo-rollouts utils/replicaset, the DeploymentConfig controller of OpenShift, kruise.io's workloads.
 */
const TEMPLATE_COPIERS: ReadonlySet<string> = new Set([
  'argoproj.io/Rollout',
  'apps.openshift.io/DeploymentConfig',
  'apps.kruise.io/CloneSet',
  'apps.kruise.io/StatefulSet',
  'apps.kruise.io/DaemonSet',
]);

/** Whether a custom controller may put more containers and ports into the Pods than the template has. */
export function mayAddContainers(workload: Workload): boolean {
  return workload.maker === 'custom' && !TEMPLATE_COPIERS.has(`${workload.group}/${workload.kind}`);
}

/** The number of Pods that the manifest asks for; `undefined` where a node count, an autoscaler or a template decides. */
export function replicasOf(workload: Workload): number | undefined {
  switch (workload.maker) {
    case 'Pod':
      return 1;
    case 'DaemonSet':
    case 'custom':
    case 'Job':
    case 'CronJob':
      return undefined;
    default:
      return workload.replicas === undefined ? 1 : workload.replicas.value;
  }
}

function readWorkloadSelector(
  maker: Workload['maker'],
  node: YamlNode | undefined,
  context: ReadContext,
): LabelSelector | undefined {
  if (maker === 'ReplicationController') {
    noteNonStrings(node, 'selector', context);
    return readSelectorMap(node, context.intern);
  }
  if (maker === 'custom') return undefined;
  noteSelector(node, context);
  return readLabelSelector(node, context.intern);
}

function isLabelMap(node: YamlNode | undefined): boolean {
  if (node?.kind !== 'mapping' || node.unknown !== undefined || node.pairs.length === 0) return false;
  return node.pairs.every(
    ({ merge, name, value }) =>
      !merge && name !== undefined && name !== 'matchLabels' && name !== 'matchExpressions' && value.kind === 'scalar',
  );
}

function findTemplate(maker: Workload['maker'], spec: YamlNode | undefined): YamlNode | undefined {
  if (maker === 'CronJob') return findValue(findValue(findValue(spec, 'jobTemplate'), 'spec'), 'template');
  if (maker !== 'custom') return findValue(spec, 'template');
  for (const key of ['template', 'podTemplate']) {
    const template = findValue(spec, key);
    if (looksLikePodTemplate(template)) return template;
  }
  return findValue(findValue(findValue(spec, 'jobTemplate'), 'spec'), 'template');
}

function looksLikePodTemplate(template: YamlNode | undefined): boolean {
  return findValue(findValue(template, 'spec'), 'containers')?.kind === 'sequence';
}

function readPodTemplate(
  template: YamlNode | undefined,
  base: ResourceBase,
  maker: Workload['maker'],
  context: ReadContext,
): PodTemplate {
  const metadata = findValue(template, 'metadata');
  const labelsNode = findValue(metadata, 'labels');
  const spec = findValue(template, 'spec');
  if (maker !== 'Pod') {
    noteNonStrings(labelsNode, 'label', context);
    noteNonStrings(findValue(metadata, 'annotations'), 'annotation', context);
  }
  for (const node of maker === 'Pod' ? [] : [template, metadata, spec]) noteMapping(node, context);
  const containers = readList(findValue(spec, 'containers'), context);
  const init = readList(findValue(spec, 'initContainers'), context);
  const place = labelsNode?.kind === 'mapping' ? labelsNode : (metadata ?? template ?? base);
  const written = readLabels(labelsNode, context.intern);
  const open = template?.unknown !== undefined || metadata?.unknown !== undefined;
  return {
    start: template?.start ?? base.start,
    end: template?.end ?? base.end,
    labels: open ? { entries: written?.entries ?? [], open: true, start: place.start, end: place.end } : written,
    labelsPlace: { start: place.start, end: place.end },
    containers: [
      ...(containers?.items ?? []).map((item) => readContainer(item, 'container', context)),
      ...(init?.items ?? []).map((item) => readContainer(item, 'init', context)),
    ],
    containersOpen: open || spec?.unknown !== undefined || (containers?.open ?? false) || (init?.open ?? false),
    hostNetwork: readBoolean(findValue(spec, 'hostNetwork'), context),
    hostname: readString(findValue(spec, 'hostname'), context),
    subdomain: readString(findValue(spec, 'subdomain'), context),
    dnsPolicy: readString(findValue(spec, 'dnsPolicy'), context),
    specPlace: spec?.kind === 'mapping' ? { start: spec.start, end: spec.end } : undefined,
    dnsConfig: readDnsConfig(findValue(spec, 'dnsConfig'), context),
    serviceAccountName: readString(
      findPair(spec, 'serviceAccountName')?.value ?? findValue(spec, 'serviceAccount'),
      context,
    ),
    gates: [
      ...readGates(findValue(spec, 'schedulingGates'), 'scheduling', context),
      ...readGates(findValue(spec, 'readinessGates'), 'readiness', context),
    ],
    nodes: readNodeNeeds(spec, context),
    podTerms: readPodTerms(spec, context),
  };
}

function readJobFields(spec: YamlNode | undefined, context: ReadContext): JobFields {
  return {
    parallelism: readInteger(findValue(spec, 'parallelism'), context),
    completions: readInteger(findValue(spec, 'completions'), context),
    completionMode: readString(findValue(spec, 'completionMode'), context),
    suspend: readBoolean(findValue(spec, 'suspend'), context),
  };
}

function readGates(node: YamlNode | undefined, kind: PodGate['kind'], context: ReadContext): readonly PodGate[] {
  const key = kind === 'scheduling' ? 'name' : 'conditionType';
  return (readList(node, context)?.items ?? []).map((item) => ({
    kind,
    name: readString(findValue(item, key), context),
  }));
}

function readNodeNeeds(spec: YamlNode | undefined, context: ReadContext): NodeNeeds | undefined {
  const selector = findValue(spec, 'nodeSelector');
  const name = readString(findValue(spec, 'nodeName'), context);
  const affinity = findValue(findValue(spec, 'affinity'), 'nodeAffinity');
  const required = findValue(affinity, 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = readList(findValue(required, 'nodeSelectorTerms'), context);
  if (isNull(selector) && name === undefined && terms === undefined && affinity?.unknown === undefined)
    return undefined;
  return {
    selector: readSelectorMap(selector, context.intern),
    terms: terms?.items.flatMap((term) => readLabelSelector(term, context.intern) ?? []),
    name,
    open: terms?.open === true || affinity?.unknown !== undefined || spec?.unknown !== undefined,
  };
}

function readContainer(node: YamlNode, list: 'container' | 'init', context: ReadContext): Container {
  const name = readString(findValue(node, 'name'), context);
  noteMapping(node, context);
  const ports = readList(findValue(node, 'ports'), context);
  noteEnvironment(findValue(node, 'env'), context);
  const restart = list === 'init' ? readString(findValue(node, 'restartPolicy'), context) : undefined;
  const mayBeSidecar = isUndecided(restart);
  return {
    start: node.start,
    end: node.end,
    name: decided(name),
    image: readString(findValue(node, 'image'), context),
    role: list === 'container' ? 'container' : restart?.value === 'Always' || mayBeSidecar ? 'sidecar' : 'init',
    ports: (ports?.items ?? [])
      .map((item) => readContainerPort(item, context))
      .map((port) => (mayBeSidecar ? { ...port, decided: false } : port)),
    portsOpen: mayBeSidecar || node.unknown !== undefined || (ports?.open ?? false),
    portsPlace: ports && { start: ports.start, end: ports.end },
    probes: readProbes(node, context),
    environment: readEnvironment(node, context),
    hasReadinessCommand: findValue(findValue(node, 'readinessProbe'), 'exec')?.kind === 'mapping',
  };
}

function readContainerPort(node: YamlNode, context: ReadContext): ContainerPort {
  const name = readString(findValue(node, 'name'), context);
  const containerPort = readInteger(findValue(node, 'containerPort'), context);
  const protocol = readString(findValue(node, 'protocol'), context);
  const hostPort = readInteger(findValue(node, 'hostPort'), context);
  return {
    start: node.start,
    end: node.end,
    name: decided(name),
    containerPort: decided(containerPort),
    protocol: decided(protocol),
    hostPort: decided(hostPort),
    decided:
      node.unknown === undefined &&
      [name, containerPort, protocol].every((field) => field === undefined || field.value !== undefined),
  };
}

function decided<T>(field: Field<T>): Located<T> | undefined {
  return field === undefined || isUndecided(field) ? undefined : field;
}

const PROBE_FIELDS = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;
const HOOK_FIELDS = ['postStart', 'preStop'] as const;
const HANDLERS = ['httpGet', 'tcpSocket', 'grpc'] as const;

function readProbes(container: YamlNode, context: ReadContext): readonly Probe[] {
  const probes: Probe[] = [];
  const lifecycle = findValue(container, 'lifecycle');
  for (const field of [...PROBE_FIELDS, ...HOOK_FIELDS]) {
    const holder = field === 'postStart' || field === 'preStop' ? lifecycle : container;
    const pair = findPair(holder, field);
    if (pair === undefined || pair.value.kind !== 'mapping') continue;
    for (const handler of HANDLERS) {
      const node = findValue(pair.value, handler);
      if (node?.kind !== 'mapping') continue;
      probes.push({
        start: pair.key.start,
        end: pair.value.end,
        field,
        handler,
        port: readIntOrString(findValue(node, 'port'), context),
        path: readString(findValue(node, 'path'), context),
      });
    }
  }
  return probes;
}

function noteEnvironment(env: YamlNode | undefined, context: ReadContext): void {
  if (env?.kind !== 'sequence') return;
  for (const item of env.items) {
    const name = findValue(item, 'name');
    noteNonString(findValue(item, 'value'), name?.kind === 'scalar' ? name.text : '', 'env', context);
  }
}
