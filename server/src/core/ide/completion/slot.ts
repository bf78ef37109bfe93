import type { TypedPlace } from './place.ts';

/** What may be written at a place. */
export type Slot =
  | LabelSlot
  | {
      readonly kind: 'target-port' | 'backend-port' | 'probe-port' | 'policy-port' | 'monitor-port';
      readonly as: PortForm;
    }
  | { readonly kind: 'service' | 'namespace' | 'scale-kind' | 'scale-version' | 'scale-name' | 'gateway' | 'listener' }
  | { readonly kind: 'host' };

/** Which of a port's forms the field takes. */
export type PortForm = 'name' | 'number' | 'either';

export interface LabelSlot {
  readonly kind: 'label';
  readonly part: 'key' | 'value';
  /** Whose labels: those of Pods, of the object's own Pods, of the Pods of a policy's peer, of Services, of namespaces. */
  readonly of: 'pods' | 'own' | 'peer' | 'services' | 'namespaces';
  /** How many steps lead to the selector. */
  readonly depth: number;
}

/** What may be written at a place of an object, by its kind; `undefined` where it refers to nothing. */
export function slotOf(group: string, kind: string, place: TypedPlace): Slot | undefined {
  const { names, atKey, whole } = place;
  const path = toPath(names);
  if (whole) {
    const label = labelSlot(group, kind, names, atKey);
    if (label !== undefined) return label;
  }
  if (atKey) return undefined;
  if (whole) {
    for (const [kinds, pattern, slot] of FIELDS) if (kinds.test(`${group}/${kind}`) && pattern.test(path)) return slot;
  }
  const isHost = HOSTS.some(([kinds, pattern]) => kinds.test(`${group}/${kind}`) && pattern.test(path));
  return isHost ? { kind: 'host' } : undefined;
}

function toPath(names: readonly string[]): string {
  return names.map((name) => name.replaceAll('.', '·')).join('.');
}

const ANY = /^/;
const WORKLOAD_LABELS = /^(?:apps|extensions|batch|argoproj\.io)\/(?!CronWorkflow|Workflow)/;

type SelectorField = readonly [kinds: RegExp, path: RegExp, of: LabelSlot['of'], form: 'map' | 'selector'];

const TERM = String.raw`\.affinity\.pod(?:Anti)?Affinity\.(?:requiredDuringSchedulingIgnoredDuringExecution\.\[\]|preferredDuringSchedulingIgnoredDuringExecution\.\[\]\.podAffinityTerm)`;

const SELECTORS: readonly SelectorField[] = [
  [/^\/Service$/, /^spec\.selector$/, 'pods', 'map'],
  [/^\/ReplicationController$/, /^spec\.selector$/, 'own', 'map'],
  [WORKLOAD_LABELS, /^spec\.(?:jobTemplate\.spec\.)?selector$/, 'own', 'selector'],
  [/^policy\/PodDisruptionBudget$/, /^spec\.selector$/, 'pods', 'selector'],
  [/^networking\.k8s\.io\/NetworkPolicy$/, /^spec\.podSelector$/, 'pods', 'selector'],
  [
    /^networking\.k8s\.io\/NetworkPolicy$/,
    /^spec\.(?:ingress\.\[\]\.from|egress\.\[\]\.to)\.\[\]\.podSelector$/,
    'peer',
    'selector',
  ],
  [
    /^networking\.k8s\.io\/NetworkPolicy$/,
    /^spec\.(?:ingress\.\[\]\.from|egress\.\[\]\.to)\.\[\]\.namespaceSelector$/,
    'namespaces',
    'selector',
  ],
  [ANY, new RegExp(`${TERM}\\.labelSelector$`), 'pods', 'selector'],
  [ANY, new RegExp(`${TERM}\\.namespaceSelector$`), 'namespaces', 'selector'],
  [ANY, /\.topologySpreadConstraints\.\[\]\.labelSelector$/, 'pods', 'selector'],
  [/^monitoring\.coreos\.com\/ServiceMonitor$/, /^spec\.selector$/, 'services', 'selector'],
  [/^monitoring\.coreos\.com\/PodMonitor$/, /^spec\.selector$/, 'pods', 'selector'],
  [
    /^gateway\.networking\.k8s\.io\/Gateway$/,
    /^spec\.listeners\.\[\]\.allowedRoutes\.namespaces\.selector$/,
    'namespaces',
    'selector',
  ],
  [/^admissionregistration\.k8s\.io\//, /^webhooks\.\[\]\.namespaceSelector$/, 'namespaces', 'selector'],
];

function labelSlot(group: string, kind: string, names: readonly string[], atKey: boolean): LabelSlot | undefined {
  for (const [kinds, pattern, of, form] of SELECTORS) {
    if (!kinds.test(`${group}/${kind}`)) continue;
    const found = labelPart(names, atKey, form);
    if (found !== undefined && pattern.test(toPath(names.slice(0, found.depth))))
      return { kind: 'label', of, ...found };
  }
  return undefined;
}

function labelPart(
  names: readonly string[],
  atKey: boolean,
  form: SelectorField[3],
): Pick<LabelSlot, 'part' | 'depth'> | undefined {
  const end = names.length;
  if (form === 'map') return atKey ? { part: 'key', depth: end } : { part: 'value', depth: end - 1 };
  if (atKey) return names[end - 1] === 'matchLabels' ? { part: 'key', depth: end - 1 } : undefined;
  if (names[end - 2] === 'matchLabels') return { part: 'value', depth: end - 2 };
  if (names[end - 3] === 'matchExpressions' && names[end - 1] === 'key') return { part: 'key', depth: end - 3 };
  return names[end - 4] === 'matchExpressions' && names[end - 2] === 'values'
    ? { part: 'value', depth: end - 4 }
    : undefined;
}

const INGRESS = /^(?:networking\.k8s\.io|extensions)\/Ingress$/;
const ROUTE = /^gateway\.networking\.k8s\.io\/\w+Route$/;
const WEBHOOK = /^(?:admissionregistration\.k8s\.io|apiregistration\.k8s\.io|apiextensions\.k8s\.io)\//;
const BACKEND_REF = String.raw`^spec\.rules\.\[\]\.(?:backendRefs\.\[\]|(?:backendRefs\.\[\]\.)?filters\.\[\]\.requestMirror\.backendRef)\.`;
const BACKEND = String.raw`^spec\.(?:defaultBackend|backend|rules\.\[\]\.http\.paths\.\[\]\.backend)\.`;

const FIELDS: readonly (readonly [kinds: RegExp, path: RegExp, slot: Slot])[] = [
  [/^\/Service$/, /^spec\.ports\.\[\]\.targetPort$/, { kind: 'target-port', as: 'either' }],
  [INGRESS, new RegExp(`${BACKEND}service\\.port\\.name$`), { kind: 'backend-port', as: 'name' }],
  [INGRESS, new RegExp(`${BACKEND}service\\.port\\.number$`), { kind: 'backend-port', as: 'number' }],
  [INGRESS, new RegExp(`${BACKEND}servicePort$`), { kind: 'backend-port', as: 'either' }],
  [INGRESS, new RegExp(`${BACKEND}(?:service\\.name|serviceName)$`), { kind: 'service' }],
  [ROUTE, new RegExp(`${BACKEND_REF}name$`), { kind: 'service' }],
  [ROUTE, new RegExp(`${BACKEND_REF}port$`), { kind: 'backend-port', as: 'number' }],
  [ROUTE, new RegExp(`${BACKEND_REF}namespace$`), { kind: 'namespace' }],
  [ROUTE, /^spec\.parentRefs\.\[\]\.name$/, { kind: 'gateway' }],
  [ROUTE, /^spec\.parentRefs\.\[\]\.sectionName$/, { kind: 'listener' }],
  [ROUTE, /^spec\.parentRefs\.\[\]\.namespace$/, { kind: 'namespace' }],
  [/^(?:apps|apps\.kruise\.io)\/StatefulSet$/, /^spec\.serviceName$/, { kind: 'service' }],
  [/^argoproj\.io\/Rollout$/, /^spec\.strategy\..*(?:canary|stable|active|preview)Service$/, { kind: 'service' }],
  [/^discovery\.k8s\.io\/EndpointSlice$/, /^metadata\.labels\.kubernetes·io\/service-name$/, { kind: 'service' }],
  [WEBHOOK, /(?:^|\.)service\.name$/, { kind: 'service' }],
  [WEBHOOK, /(?:^|\.)service\.namespace$/, { kind: 'namespace' }],
  [WEBHOOK, /(?:^|\.)service\.port$/, { kind: 'backend-port', as: 'number' }],
  [
    /^networking\.k8s\.io\/NetworkPolicy$/,
    /^spec\.(?:ingress|egress)\.\[\]\.ports\.\[\]\.port$/,
    { kind: 'policy-port', as: 'either' },
  ],
  [
    /^monitoring\.coreos\.com\/(?:Service|Pod)Monitor$/,
    /^spec\.(?:endpoints|podMetricsEndpoints)\.\[\]\.port$/,
    { kind: 'monitor-port', as: 'name' },
  ],
  [
    /^monitoring\.coreos\.com\/(?:Service|Pod)Monitor$/,
    /^spec\.namespaceSelector\.matchNames\.\[\]$/,
    { kind: 'namespace' },
  ],
  [ANY, /\.(?:namespaces)\.\[\]$/, { kind: 'namespace' }],
  [/^(?!\/(?:Namespace|Node|PersistentVolume)$)/, /^metadata\.namespace$/, { kind: 'namespace' }],
  [
    /^(?:autoscaling|autoscaling\.k8s\.io|keda\.sh)\//,
    /^spec\.(?:scaleTargetRef|targetRef)\.kind$/,
    { kind: 'scale-kind' },
  ],
  [
    /^(?:autoscaling|autoscaling\.k8s\.io|keda\.sh)\//,
    /^spec\.(?:scaleTargetRef|targetRef)\.apiVersion$/,
    { kind: 'scale-version' },
  ],
  [
    /^(?:autoscaling|autoscaling\.k8s\.io|keda\.sh)\//,
    /^spec\.(?:scaleTargetRef|targetRef)\.name$/,
    { kind: 'scale-name' },
  ],
  [
    ANY,
    /(?:^|\.)(?:initContainers|containers|ephemeralContainers)\.\[\]\..*\.(?:httpGet|tcpSocket)\.port$/,
    { kind: 'probe-port', as: 'either' },
  ],
  [
    ANY,
    /(?:^|\.)(?:initContainers|containers|ephemeralContainers)\.\[\]\..*\.grpc\.port$/,
    { kind: 'probe-port', as: 'number' },
  ],
];

const HOSTS: readonly (readonly [kinds: RegExp, path: RegExp])[] = [
  [ANY, /(?:^|\.)(?:initContainers|containers)\.\[\]\.env\.\[\]\.value$/],
  [ANY, /(?:^|\.)(?:initContainers|containers)\.\[\]\.(?:args|command)\.\[\]$/],
  [/^\/ConfigMap$/, /^data\.[^.]*$/],
  [/^\/Secret$/, /^stringData\.[^.]*$/],
];
