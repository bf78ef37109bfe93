/**
 * How Kubernetes writes the fields of its types, where that is not the rule. The rule: a field that is empty (`""`, 0,
 * false, `[]`, `{}`) is left out. `+field` is written all the same; `?field` tells an empty scalar from none, so it is
 * kept where it is set; `*field` is both. Objects named `metadata`, `spec` and `status` are always written.
 * Source: the JSON tags of the types in k8s.io/api v0.35.
 */
const TABLE = `
AWSElasticBlockStoreVolumeSource +volumeID
AppArmorProfile ?localhostProfile +type
AzureDiskVolumeSource ?cachingMode +diskName +diskURI ?fsType ?kind ?readOnly
AzureFilePersistentVolumeSource +secretName *secretNamespace +shareName
AzureFileVolumeSource +secretName +shareName
CSIDriverSpec ?attachRequired ?fsGroupPolicy ?nodeAllocatableUpdatePeriodSeconds ?podInfoOnMount ?requiresRepublish ?seLinuxMount ?serviceAccountTokenInSecrets ?storageCapacity
CSIPersistentVolumeSource +driver +volumeHandle
CSIVolumeSource +driver ?fsType ?readOnly
CephFSPersistentVolumeSource +monitors
CephFSVolumeSource +monitors
CinderPersistentVolumeSource +volumeID
CinderVolumeSource +volumeID
ClientIPConfig ?timeoutSeconds
ClusterRole +rules
ClusterRoleBinding +roleRef
ClusterTrustBundleProjection ?name ?optional +path ?signerName
ConfigMap ?immutable
ConfigMapEnvSource ?optional
ConfigMapKeySelector +key ?optional
ConfigMapProjection ?optional
ConfigMapVolumeSource ?defaultMode ?optional
Container +name +resources ?restartPolicy
ContainerPort +containerPort
ContainerResizePolicy +resourceName +restartPolicy
ContainerResourceMetricSource +container +name +target
CronJobSpec ?failedJobsHistoryLimit +jobTemplate +schedule ?startingDeadlineSeconds ?successfulJobsHistoryLimit ?suspend ?timeZone
CronJobStatus ?lastScheduleTime ?lastSuccessfulTime
DaemonSetSpec ?revisionHistoryLimit *selector +template +updateStrategy
DaemonSetStatus ?collisionCount +currentNumberScheduled +desiredNumberScheduled +numberMisscheduled +numberReady
DeploymentSpec ?progressDeadlineSeconds ?replicas ?revisionHistoryLimit *selector +strategy +template
DeploymentStatus ?collisionCount ?terminatingReplicas
DownwardAPIVolumeFile ?mode +path
DownwardAPIVolumeSource ?defaultMode
EmptyDirVolumeSource ?sizeLimit
Endpoint +addresses +conditions ?hostname ?nodeName ?zone
EndpointAddress +ip ?nodeName
EndpointConditions ?ready ?serving ?terminating
EndpointSlice +addressType +endpoints +ports
EnvVar +name
EphemeralContainer +name +resources ?restartPolicy
ExternalMetricSource +metric +target
FCVolumeSource ?lun
FileKeySelector +key ?optional +path +volumeName
FlexPersistentVolumeSource +driver
FlexVolumeSource +driver
ForNode +name
ForZone +name
GCEPersistentDiskVolumeSource +pdName
GRPCAction +port *service
GitRepoVolumeSource +repository
GlusterfsPersistentVolumeSource +endpoints ?endpointsNamespace +path
GlusterfsVolumeSource +endpoints +path
HPAScalingPolicy +periodSeconds +type +value
HPAScalingRules ?selectPolicy ?stabilizationWindowSeconds ?tolerance
HTTPGetAction +port
HTTPHeader +name +value
HTTPIngressPath +backend *pathType
HTTPIngressRuleValue +paths
HostAlias +ip
HostPathVolumeSource +path ?type
IPBlock +cidr
ISCSIPersistentVolumeSource ?initiatorName +iqn +lun +targetPortal
ISCSIVolumeSource ?initiatorName +iqn +lun +targetPortal
IngressClassParametersReference ?apiGroup +kind +name ?namespace *scope
IngressServiceBackend +name +port
IngressSpec ?ingressClassName
IngressStatus +loadBalancer
JobSpec ?activeDeadlineSeconds ?backoffLimit ?backoffLimitPerIndex ?completionMode ?completions ?managedBy ?manualSelector ?maxFailedIndexes ?parallelism ?podReplacementPolicy ?suspend +template ?ttlSecondsAfterFinished
JobStatus ?completionTime ?failedIndexes ?ready ?startTime ?terminating
KeyToPath +key ?mode +path
LabelSelectorRequirement +key +operator
LeaseSpec ?acquireTime ?holderIdentity ?leaseDurationSeconds ?leaseTransitions ?preferredHolder ?renewTime ?strategy
Lifecycle ?stopSignal
LimitRangeItem +type
LimitRangeSpec +limits
LocalVolumeSource ?fsType +path
ManagedFieldsEntry ?time
MatchCondition +expression +name
MetricIdentifier +name
MetricSpec +type
MetricTarget ?averageUtilization ?averageValue +type ?value
ModifyVolumeStatus +status
MutatingWebhook +admissionReviewVersions +clientConfig ?failurePolicy ?matchPolicy +name ?reinvocationPolicy *sideEffects ?timeoutSeconds
NFSVolumeSource +path +server
NetworkPolicyPort ?endPort ?port ?protocol
NetworkPolicySpec +podSelector
NodeSelector +nodeSelectorTerms
NodeSelectorRequirement +key +operator
ObjectFieldSelector +fieldPath
ObjectMeta ?deletionGracePeriodSeconds ?deletionTimestamp
ObjectMetricSource +describedObject +metric +target
OwnerReference +apiVersion ?blockOwnerDeletion ?controller +kind +name +uid
PersistentVolumeClaimCondition +lastProbeTime +lastTransitionTime +status +type
PersistentVolumeClaimSpec +resources ?storageClassName ?volumeAttributesClassName ?volumeMode
PersistentVolumeClaimStatus ?currentVolumeAttributesClassName
PersistentVolumeClaimVolumeSource +claimName
PersistentVolumeSpec ?volumeAttributesClassName ?volumeMode
PersistentVolumeStatus ?lastPhaseTransitionTime
PhotonPersistentDiskVolumeSource +pdID
PodAffinityTerm +topologyKey
PodCertificateProjection ?maxExpirationSeconds
PodCondition +lastProbeTime
PodDNSConfigOption ?value
PodDisruptionBudgetSpec ?maxUnavailable ?minAvailable ?unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus +currentHealthy +desiredHealthy +disruptionsAllowed +expectedPods
PodFailurePolicy +rules
PodFailurePolicyOnExitCodesRequirement ?containerName +operator +values
PodFailurePolicyOnPodConditionsPattern +status +type
PodFailurePolicyRule +action
PodOS +name
PodReadinessGate +conditionType
PodResourceClaim +name ?resourceClaimName ?resourceClaimTemplateName
PodSchedulingGate +name
PodSecurityContext ?fsGroup ?fsGroupChangePolicy ?runAsGroup ?runAsNonRoot ?runAsUser ?seLinuxChangePolicy ?supplementalGroupsPolicy
PodSpec ?activeDeadlineSeconds ?automountServiceAccountToken +containers ?enableServiceLinks ?hostUsers ?hostnameOverride ?preemptionPolicy ?priority ?runtimeClassName ?setHostnameAsFQDN ?shareProcessNamespace ?terminationGracePeriodSeconds
PodStatus ?startTime
PodTemplate +template
PodsMetricSource +metric +target
PolicyRule +verbs
PortworxVolumeSource +volumeID
PreferredSchedulingTerm +preference +weight
PriorityClass ?preemptionPolicy +value
Probe ?terminationGracePeriodSeconds
ProjectedVolumeSource ?defaultMode +sources
QuobyteVolumeSource +registry +volume
RBDPersistentVolumeSource +image +monitors
RBDVolumeSource +image +monitors
ReplicaSetSpec ?replicas *selector +template
ReplicaSetStatus +replicas ?terminatingReplicas
ReplicationControllerSpec ?replicas
ReplicationControllerStatus +replicas
ResourceFieldSelector +divisor +resource
ResourceMetricSource +name +target
Role +rules
RoleBinding +roleRef
RoleRef +apiGroup +kind +name
RollingUpdateDaemonSet ?maxSurge ?maxUnavailable
RollingUpdateDeployment ?maxSurge ?maxUnavailable
RollingUpdateStatefulSetStrategy ?maxUnavailable ?partition
RuleWithOperations ?scope
RuntimeClass +handler
ScaleIOPersistentVolumeSource +gateway *secretRef +system
ScaleIOVolumeSource +gateway *secretRef +system
ScopedResourceSelectorRequirement +operator +scopeName
SeccompProfile ?localhostProfile +type
Secret ?immutable
SecretEnvSource ?optional
SecretKeySelector +key ?optional
SecretProjection ?optional
SecretVolumeSource ?defaultMode ?optional
SecurityContext ?allowPrivilegeEscalation ?privileged ?procMount ?readOnlyRootFilesystem ?runAsGroup ?runAsNonRoot ?runAsUser
ServiceAccount ?automountServiceAccountToken
ServiceAccountTokenProjection ?expirationSeconds +path
ServicePort ?appProtocol +port +targetPort
ServiceSpec ?allocateLoadBalancerNodePorts ?internalTrafficPolicy ?ipFamilyPolicy ?loadBalancerClass ?trafficDistribution
ServiceStatus +loadBalancer
SleepAction +seconds
StatefulSetOrdinals +start
StatefulSetSpec ?replicas ?revisionHistoryLimit *selector +serviceName +template +updateStrategy
StatefulSetStatus +availableReplicas ?collisionCount +replicas
StorageClass ?allowVolumeExpansion +provisioner ?reclaimPolicy ?volumeBindingMode
SuccessPolicy +rules
SuccessPolicyRule ?succeededCount ?succeededIndexes
Sysctl +name +value
TCPSocketAction +port
Toleration ?tolerationSeconds
TopologySelectorLabelRequirement +key +values
TopologySpreadConstraint +maxSkew ?minDomains ?nodeAffinityPolicy ?nodeTaintsPolicy +topologyKey +whenUnsatisfiable
TypedLocalObjectReference *apiGroup +kind +name
TypedObjectReference *apiGroup +kind +name ?namespace
ValidatingWebhook +admissionReviewVersions +clientConfig ?failurePolicy ?matchPolicy +name *sideEffects ?timeoutSeconds
Volume +name
VolumeDevice +devicePath +name
VolumeMount +mountPath ?mountPropagation +name ?recursiveReadOnly
VsphereVirtualDiskVolumeSource +volumePath
WeightedPodAffinityTerm +podAffinityTerm +weight
WindowsSecurityContextOptions ?gmsaCredentialSpec ?gmsaCredentialSpecName ?hostProcess ?runAsUserName
WorkloadReference +name +podGroup
admissionregistration.v1.ServiceReference +name +namespace ?path ?port
admissionregistration.v1.WebhookClientConfig ?url
autoscaling.v1.CrossVersionObjectReference +kind +name
autoscaling.v1.HorizontalPodAutoscalerSpec +maxReplicas ?minReplicas +scaleTargetRef ?targetCPUUtilizationPercentage
autoscaling.v1.HorizontalPodAutoscalerStatus ?currentCPUUtilizationPercentage +currentReplicas +desiredReplicas ?lastScaleTime ?observedGeneration
autoscaling.v2.CrossVersionObjectReference +kind +name
autoscaling.v2.HorizontalPodAutoscalerSpec +maxReplicas ?minReplicas +scaleTargetRef
autoscaling.v2.HorizontalPodAutoscalerStatus +currentMetrics +desiredReplicas ?lastScaleTime ?observedGeneration
core.v1.EndpointPort ?appProtocol +port
core.v1.ResourceClaim +name
discovery.v1.EndpointPort ?appProtocol ?name ?port ?protocol
rbac.v1.Subject +kind +name
storage.v1.TokenRequest +audience ?expirationSeconds
`;

/** `always`: written though empty. `ifSet`: kept though empty. */
export interface WireField {
  readonly always: boolean;
  readonly ifSet: boolean;
}

/** The fields of a type (`Probe`) that are not written by the rule. */
export const WIRE_FIELDS: ReadonlyMap<string, ReadonlyMap<string, WireField>> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [type = '', ...fields] = line.split(' ');
      return [type, new Map(fields.map((field) => [field.slice(1), readMark(field)]))];
    }),
);

function readMark(field: string): WireField {
  return { always: !field.startsWith('?'), ifSet: !field.startsWith('+') };
}
