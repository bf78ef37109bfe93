import { dns1035LabelFault, dns1123LabelFault, dns1123SubdomainFault } from '../../../validity.ts';

/** How the API server checks the metadata of a kind. */
export interface MetadataRules {
  /** What is wrong with a name, as the end of a sentence. */
  readonly nameFault: (name: string) => string | undefined;
  /** The most characters of a name, where that is less than `nameFault` allows. */
  readonly maxLength?: number;
  /** The server makes up a name where none is given. */
  readonly isNameOptional?: true;
  /** What is wrong with a `generateName`. */
  readonly baseFault: (base: string) => string | undefined;
  /** Whether finalizers need a domain, those of Kubernetes itself excepted. */
  readonly qualifiedFinalizers: boolean;
  /** Whether `generation` is set by the server before it is looked at. */
  readonly setsGeneration: boolean;
}

/**
 * The rules of a built-in kind by its group and kind; `undefined` for kinds that are not stored or not built in.
 * Source: kubernetes pkg/apis/…/validation (the name function given to `ValidateObjectMeta`) and pkg/registry/…/strategy.go.
 */
export function metadataRules(group: string, kind: string): MetadataRules | undefined {
  return RULES.get(`${group}/${kind}`);
}

/** Names that may stand in a URL. Source: k8s.io/apimachinery pkg/api/validation/path/name.go. */
export function pathSegmentFault(name: string): string | undefined {
  return name === '.' || name === '..' ? 'is no name' : pathPrefixFault(name);
}

/** The start of a name that may stand in a URL. */
function pathPrefixFault(base: string): string | undefined {
  return /[/%]/.test(base) ? 'may hold neither `/` nor `%`' : undefined;
}

const SUBDOMAIN = named(dns1123SubdomainFault);
const PATH_SEGMENT = { nameFault: pathSegmentFault, baseFault: pathSegmentFault, qualifiedFinalizers: true };

/** Of a `generateName`, a `-` at the end and what is before it count as valid. */
function named(nameFault: (name: string) => string | undefined) {
  const baseFault = (base: string) => nameFault(base.length > 1 && base.endsWith('-') ? `${base.slice(0, -2)}a` : base);
  return { nameFault, baseFault, qualifiedFinalizers: true };
}

const SUBDOMAIN_KINDS = `
  apps/DaemonSet apps/Deployment apps/ReplicaSet apps/ControllerRevision batch/Job
  /Pod /PodTemplate /ReplicationController /ConfigMap /Secret /ServiceAccount /Endpoints /PersistentVolume
  /PersistentVolumeClaim /Node /ResourceQuota
  autoscaling/HorizontalPodAutoscaler discovery.k8s.io/EndpointSlice
  networking.k8s.io/Ingress networking.k8s.io/IngressClass networking.k8s.io/NetworkPolicy networking.k8s.io/ServiceCIDR
  node.k8s.io/RuntimeClass scheduling.k8s.io/PriorityClass
  storage.k8s.io/StorageClass storage.k8s.io/VolumeAttachment storage.k8s.io/CSINode storage.k8s.io/CSIDriver
  storage.k8s.io/CSIStorageCapacity storage.k8s.io/VolumeAttributesClass
  resource.k8s.io/ResourceClaim resource.k8s.io/ResourceClaimTemplate resource.k8s.io/DeviceClass resource.k8s.io/ResourceSlice
  flowcontrol.apiserver.k8s.io/FlowSchema flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration
`;

const BARE_FINALIZER_KINDS = `
  admissionregistration.k8s.io/ValidatingWebhookConfiguration admissionregistration.k8s.io/MutatingWebhookConfiguration
  admissionregistration.k8s.io/ValidatingAdmissionPolicy admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding
  apiextensions.k8s.io/CustomResourceDefinition
`;

const PATH_SEGMENT_KINDS = `
  rbac.authorization.k8s.io/Role rbac.authorization.k8s.io/RoleBinding
  rbac.authorization.k8s.io/ClusterRole rbac.authorization.k8s.io/ClusterRoleBinding
  certificates.k8s.io/CertificateSigningRequest
`;

/** Where the strategy's `PrepareForCreate` sets the generation to 1. */
const GENERATION_KINDS: ReadonlySet<string> = new Set(
  words(`
    scheduling.k8s.io/PriorityClass networking.k8s.io/IngressClass networking.k8s.io/NetworkPolicy networking.k8s.io/Ingress
    discovery.k8s.io/EndpointSlice policy/PodDisruptionBudget resource.k8s.io/ResourceSlice resource.k8s.io/DeviceClass
    flowcontrol.apiserver.k8s.io/FlowSchema flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration
    apps/DaemonSet apps/StatefulSet apps/Deployment apps/ReplicaSet batch/Job batch/CronJob
    /Pod /PodTemplate /ReplicationController ${BARE_FINALIZER_KINDS}
  `),
);

const RULES: ReadonlyMap<string, MetadataRules> = new Map(
  [
    ...words(SUBDOMAIN_KINDS).map((kind) => [kind, SUBDOMAIN] as const),
    ...words(BARE_FINALIZER_KINDS).map((kind) => [kind, { ...SUBDOMAIN, qualifiedFinalizers: false }] as const),
    ...words(PATH_SEGMENT_KINDS).map((kind) => [kind, PATH_SEGMENT] as const),
    // The Jobs of a CronJob get eleven more characters.
    ['batch/CronJob', { ...SUBDOMAIN, maxLength: 52 }] as const,
    ['coordination.k8s.io/Lease', { ...SUBDOMAIN, qualifiedFinalizers: false }] as const,
    ['/LimitRange', { ...SUBDOMAIN, isNameOptional: true }] as const,
    ['/Service', named(dns1035LabelFault)] as const,
    ['/Namespace', named(dns1123LabelFault)] as const,
    ['apps/StatefulSet', named(dns1123LabelFault)] as const,
    [
      'policy/PodDisruptionBudget',
      { ...PATH_SEGMENT, baseFault: pathPrefixFault, qualifiedFinalizers: false },
    ] as const,
  ].map(([kind, rules]) => [kind, { ...rules, setsGeneration: GENERATION_KINDS.has(kind) }]),
);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
