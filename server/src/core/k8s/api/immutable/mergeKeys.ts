/**
 * How strategic merge patches change fields: `list=key` merges the items of a list by a key, `list=` a list of plain values
 * as a set, `field~` drops what the patch does not name. All other lists are replaced.
 * Source: `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key` in the OpenAPI description of Kubernetes 1.35.
 */
const TABLE = `
APIServiceStatus conditions=type
CSINodeSpec drivers=name
ComponentStatus conditions=type
Container env=name ports=containerPort volumeDevices=devicePath volumeMounts=mountPath
ContainerStatus allocatedResourcesStatus=name volumeMounts=mountPath
DaemonSetStatus conditions=type
DeploymentSpec strategy~
DeploymentStatus conditions=type
EphemeralContainer env=name ports=containerPort volumeDevices=devicePath volumeMounts=mountPath
FlowSchemaStatus conditions=type
JSONSchemaProps x-kubernetes-validations=rule
JobStatus conditions=type
MutatingWebhook matchConditions=name
MutatingWebhookConfiguration webhooks=name
NamespaceStatus conditions=type
NodeSpec podCIDRs=
NodeStatus addresses=type conditions=type
ObjectMeta finalizers= ownerReferences=uid
PersistentVolumeClaimStatus conditions=type
PodDisruptionBudgetStatus conditions=type
PodSpec containers=name ephemeralContainers=name hostAliases=ip imagePullSecrets=name initContainers=name resourceClaims~=name schedulingGates=name topologySpreadConstraints=topologyKey volumes~=name
PodStatus conditions=type hostIPs=ip podIPs=ip resourceClaimStatuses~=name
PriorityLevelConfigurationStatus conditions=type
ReplicaSetStatus conditions=type
ReplicationControllerStatus conditions=type
ResourceClaimStatus reservedFor=uid
ServiceAccount secrets=name
ServiceCIDRStatus conditions=type
ServiceSpec ports=port
ServiceStatus conditions=type
StatefulSetStatus conditions=type
ValidatingAdmissionPolicySpec matchConditions=name variables=name
ValidatingWebhook matchConditions=name
ValidatingWebhookConfiguration webhooks=name
autoscaling.v2.HorizontalPodAutoscalerStatus conditions=type
`;

export interface MergeRule {
  /** The key of a list's items, `''` for plain values; `undefined` where a list is replaced. */
  readonly mergeKey?: string;
  readonly retainsKeys: boolean;
}

/** The rule of a field of a type (`PodSpec`); `undefined` where there is none. */
export function mergeRuleOf(type: string, field: string): MergeRule | undefined {
  return RULES.get(type)?.get(field);
}

const RULES: ReadonlyMap<string, ReadonlyMap<string, MergeRule>> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [type = '', ...fields] = line.split(' ');
      return [type, new Map(fields.map(readRule))];
    }),
);

function readRule(text: string): readonly [string, MergeRule] {
  const [name = '', mergeKey] = text.split('=');
  const rule = { retainsKeys: name.endsWith('~'), ...(mergeKey === undefined ? {} : { mergeKey }) };
  return [name.replace('~', ''), rule];
}
