/** Kinds that an apiVersion had once. */
export interface Removal {
  /** The minor version of Kubernetes 1 that was the first without it. */
  readonly minor: number;
  /** The apiVersion that has the kind now; empty where none has. */
  readonly now: string;
}

/**
 * When a kind went from an apiVersion; `undefined` for what was never there, or is there still.
 * Source: the Deprecated API Migration Guide of Kubernetes, and `APILifecycleRemoved` of the types in k8s.io/api.
 */
export function removalOf(apiVersion: string, kind: string): Removal | undefined {
  return REMOVALS.get(`${apiVersion}/${kind}`);
}

/** Whether a server of the table's version has the kind only where somebody turns the apiVersion on. */
export function isOffByDefault(apiVersion: string, kind: string): boolean {
  return OFF_BY_DEFAULT.get(apiVersion)?.has(kind) ?? false;
}

/** Groups that Kubernetes had, and that none of its kinds is in now. */
export const FORMER_GROUPS: ReadonlySet<string> = new Set([
  'extensions',
  'settings.k8s.io',
  'auditregistration.k8s.io',
]);

/** Minor version, former apiVersion, present one (`-`: none), kinds. */
const REMOVED = `
16 apps/v1beta1 apps/v1 Deployment StatefulSet ControllerRevision
16 apps/v1beta2 apps/v1 Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision
16 extensions/v1beta1 apps/v1 Deployment DaemonSet ReplicaSet
16 extensions/v1beta1 networking.k8s.io/v1 NetworkPolicy
16 extensions/v1beta1 - PodSecurityPolicy
19 auditregistration.k8s.io/v1alpha1 - AuditSink
20 settings.k8s.io/v1alpha1 - PodPreset
21 batch/v2alpha1 batch/v1 CronJob
22 extensions/v1beta1 networking.k8s.io/v1 Ingress
22 networking.k8s.io/v1beta1 networking.k8s.io/v1 Ingress IngressClass
22 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration
22 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1 CustomResourceDefinition
22 apiregistration.k8s.io/v1beta1 apiregistration.k8s.io/v1 APIService
22 authentication.k8s.io/v1beta1 authentication.k8s.io/v1 TokenReview
22 authorization.k8s.io/v1beta1 authorization.k8s.io/v1 LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview
22 authorization.k8s.io/v1beta1 authorization.k8s.io/v1 SelfSubjectRulesReview
22 certificates.k8s.io/v1beta1 certificates.k8s.io/v1 CertificateSigningRequest
22 coordination.k8s.io/v1beta1 coordination.k8s.io/v1 Lease
22 rbac.authorization.k8s.io/v1alpha1 rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
22 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
22 scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1 PriorityClass
22 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 PriorityClass
22 storage.k8s.io/v1beta1 storage.k8s.io/v1 CSIDriver CSINode StorageClass VolumeAttachment
24 storage.k8s.io/v1alpha1 storage.k8s.io/v1 CSIStorageCapacity VolumeAttachment
25 autoscaling/v2beta1 autoscaling/v2 HorizontalPodAutoscaler
25 batch/v1beta1 batch/v1 CronJob
25 discovery.k8s.io/v1beta1 discovery.k8s.io/v1 EndpointSlice
25 events.k8s.io/v1beta1 events.k8s.io/v1 Event
25 node.k8s.io/v1beta1 node.k8s.io/v1 RuntimeClass
25 policy/v1beta1 policy/v1 PodDisruptionBudget Eviction
25 policy/v1beta1 - PodSecurityPolicy
26 autoscaling/v2beta2 autoscaling/v2 HorizontalPodAutoscaler
26 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
27 storage.k8s.io/v1beta1 storage.k8s.io/v1 CSIStorageCapacity
29 flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
32 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
32 flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
34 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
35 storage.k8s.io/v1alpha1 storage.k8s.io/v1 VolumeAttributesClass
`;

const REMOVALS: ReadonlyMap<string, Removal> = new Map(
  linesOf(REMOVED).flatMap(([minor, apiVersion, now = '-', ...kinds]) =>
    kinds.map((kind) => [`${apiVersion}/${kind}`, { minor: Number(minor), now: now === '-' ? '' : now }] as const),
  ),
);

/** Alpha and beta kinds of Kubernetes 1.35 beside those of the table. */
const OFF_BY_DEFAULT: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  linesOf(`
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
certificates.k8s.io/v1alpha1 ClusterTrustBundle
certificates.k8s.io/v1beta1 ClusterTrustBundle PodCertificateRequest
coordination.k8s.io/v1alpha2 LeaseCandidate
coordination.k8s.io/v1beta1 LeaseCandidate
networking.k8s.io/v1beta1 IPAddress ServiceCIDR
resource.k8s.io/v1alpha3 DeviceTaintRule
resource.k8s.io/v1beta1 DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice
resource.k8s.io/v1beta2 DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice
scheduling.k8s.io/v1alpha1 Workload
storage.k8s.io/v1beta1 VolumeAttributesClass
`).map(([apiVersion = '', ...kinds]) => [apiVersion, new Set(kinds)]),
);

function linesOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
