/**
 * How Kubernetes writes the fields of its types, where that is not the rule. The rule: a field that is empty (`""`, 0,
 * false, `[]`, `{}`) is left out. `+field` is written all the same; `?field` tells an empty scalar from none, so it is
 * kept where it is set; `*field` is both. Objects named `metadata`, `spec` and `status` are always written.
 * Source: the JSON tags of the types in k8s.io/api v0.35.
 */
const TABLE = `
apps.v1.DaemonSetSpec ?revisionHistoryLimit *selector +template +updateStrategy
apps.v1.DaemonSetStatus ?collisionCount +currentNumberScheduled +desiredNumberScheduled +numberMisscheduled +numberReady
apps.v1.DeploymentSpec ?progressDeadlineSeconds ?replicas ?revisionHistoryLimit *selector +strategy +template
apps.v1.DeploymentStatus ?collisionCount ?terminatingReplicas
apps.v1.ReplicaSetSpec ?replicas *selector +template
apps.v1.ReplicaSetStatus +replicas ?terminatingReplicas
apps.v1.RollingUpdateDaemonSet ?maxSurge ?maxUnavailable
apps.v1.RollingUpdateDeployment ?maxSurge ?maxUnavailable
apps.v1.RollingUpdateStatefulSetStrategy ?maxUnavailable ?partition
apps.v1.StatefulSetOrdinals +start
apps.v1.StatefulSetSpec ?replicas ?revisionHistoryLimit *selector +serviceName +template +updateStrategy
apps.v1.StatefulSetStatus +availableReplicas ?collisionCount +replicas
autoscaling.v1.CrossVersionObjectReference +kind +name
autoscaling.v1.HorizontalPodAutoscalerSpec +maxReplicas ?minReplicas +scaleTargetRef ?targetCPUUtilizationPercentage
autoscaling.v1.HorizontalPodAutoscalerStatus ?currentCPUUtilizationPercentage +currentReplicas +desiredReplicas ?lastScaleTime ?observedGeneration
autoscaling.v2.ContainerResourceMetricSource +container +name +target
autoscaling.v2.CrossVersionObjectReference +kind +name
autoscaling.v2.ExternalMetricSource +metric +target
autoscaling.v2.HPAScalingPolicy +periodSeconds +type +value
autoscaling.v2.HPAScalingRules ?selectPolicy ?stabilizationWindowSeconds ?tolerance
autoscaling.v2.HorizontalPodAutoscalerSpec +maxReplicas ?minReplicas +scaleTargetRef
autoscaling.v2.HorizontalPodAutoscalerStatus +currentMetrics +desiredReplicas ?lastScaleTime ?observedGeneration
autoscaling.v2.MetricIdentifier +name
autoscaling.v2.MetricSpec +type
autoscaling.v2.MetricTarget ?averageUtilization ?averageValue +type ?value
autoscaling.v2.ObjectMetricSource +describedObject +metric +target
autoscaling.v2.PodsMetricSource +metric +target
autoscaling.v2.ResourceMetricSource +name +target
batch.v1.CronJobSpec ?failedJobsHistoryLimit +jobTemplate +schedule ?startingDeadlineSeconds ?successfulJobsHistoryLimit ?suspend ?timeZone
batch.v1.CronJobStatus ?lastScheduleTime ?lastSuccessfulTime
batch.v1.JobSpec ?activeDeadlineSeconds ?backoffLimit ?backoffLimitPerIndex ?completionMode ?completions ?managedBy ?manualSelector ?maxFailedIndexes ?parallelism ?podReplacementPolicy ?suspend +template ?ttlSecondsAfterFinished
batch.v1.JobStatus ?completionTime ?failedIndexes ?ready ?startTime ?terminating
batch.v1.PodFailurePolicy +rules
batch.v1.PodFailurePolicyOnExitCodesRequirement ?containerName +operator +values
batch.v1.PodFailurePolicyOnPodConditionsPattern +status +type
batch.v1.PodFailurePolicyRule +action
batch.v1.SuccessPolicy +rules
batch.v1.SuccessPolicyRule ?succeededCount ?succeededIndexes
core.v1.AWSElasticBlockStoreVolumeSource +volumeID
core.v1.AppArmorProfile ?localhostProfile +type
core.v1.AzureDiskVolumeSource ?cachingMode +diskName +diskURI ?fsType ?kind ?readOnly
core.v1.AzureFilePersistentVolumeSource +secretName *secretNamespace +shareName
core.v1.AzureFileVolumeSource +secretName +shareName
core.v1.CSIPersistentVolumeSource +driver +volumeHandle
core.v1.CSIVolumeSource +driver ?fsType ?readOnly
core.v1.CephFSPersistentVolumeSource +monitors
core.v1.CephFSVolumeSource +monitors
core.v1.CinderPersistentVolumeSource +volumeID
core.v1.CinderVolumeSource +volumeID
core.v1.ClientIPConfig ?timeoutSeconds
core.v1.ClusterTrustBundleProjection ?name ?optional +path ?signerName
core.v1.ConfigMap ?immutable
core.v1.ConfigMapEnvSource ?optional
core.v1.ConfigMapKeySelector +key ?optional
core.v1.ConfigMapProjection ?optional
core.v1.ConfigMapVolumeSource ?defaultMode ?optional
core.v1.Container +name +resources ?restartPolicy
core.v1.ContainerPort +containerPort
core.v1.ContainerResizePolicy +resourceName +restartPolicy
core.v1.DownwardAPIVolumeFile ?mode +path
core.v1.DownwardAPIVolumeSource ?defaultMode
core.v1.EmptyDirVolumeSource ?sizeLimit
core.v1.EndpointAddress +ip ?nodeName
core.v1.EndpointPort ?appProtocol +port
core.v1.EnvVar +name
core.v1.EphemeralContainer +name +resources ?restartPolicy
core.v1.FCVolumeSource ?lun
core.v1.FileKeySelector +key ?optional +path +volumeName
core.v1.FlexPersistentVolumeSource +driver
core.v1.FlexVolumeSource +driver
core.v1.GCEPersistentDiskVolumeSource +pdName
core.v1.GRPCAction +port *service
core.v1.GitRepoVolumeSource +repository
core.v1.GlusterfsPersistentVolumeSource +endpoints ?endpointsNamespace +path
core.v1.GlusterfsVolumeSource +endpoints +path
core.v1.HTTPGetAction +port
core.v1.HTTPHeader +name +value
core.v1.HostAlias +ip
core.v1.HostPathVolumeSource +path ?type
core.v1.ISCSIPersistentVolumeSource ?initiatorName +iqn +lun +targetPortal
core.v1.ISCSIVolumeSource ?initiatorName +iqn +lun +targetPortal
core.v1.KeyToPath +key ?mode +path
core.v1.Lifecycle ?stopSignal
core.v1.LimitRangeItem +type
core.v1.LimitRangeSpec +limits
core.v1.LocalVolumeSource ?fsType +path
core.v1.ModifyVolumeStatus +status
core.v1.NFSVolumeSource +path +server
core.v1.NodeSelector +nodeSelectorTerms
core.v1.NodeSelectorRequirement +key +operator
core.v1.ObjectFieldSelector +fieldPath
core.v1.PersistentVolumeClaimCondition +lastProbeTime +lastTransitionTime +status +type
core.v1.PersistentVolumeClaimSpec +resources ?storageClassName ?volumeAttributesClassName ?volumeMode
core.v1.PersistentVolumeClaimStatus ?currentVolumeAttributesClassName
core.v1.PersistentVolumeClaimVolumeSource +claimName
core.v1.PersistentVolumeSpec ?volumeAttributesClassName ?volumeMode
core.v1.PersistentVolumeStatus ?lastPhaseTransitionTime
core.v1.PhotonPersistentDiskVolumeSource +pdID
core.v1.PodAffinityTerm +topologyKey
core.v1.PodCertificateProjection ?maxExpirationSeconds
core.v1.PodDNSConfigOption ?value
core.v1.PodOS +name
core.v1.PodReadinessGate +conditionType
core.v1.PodResourceClaim +name ?resourceClaimName ?resourceClaimTemplateName
core.v1.PodSchedulingGate +name
core.v1.PodSecurityContext ?fsGroup ?fsGroupChangePolicy ?runAsGroup ?runAsNonRoot ?runAsUser ?seLinuxChangePolicy ?supplementalGroupsPolicy
core.v1.PodSpec ?activeDeadlineSeconds ?automountServiceAccountToken +containers ?enableServiceLinks ?hostUsers ?hostnameOverride ?preemptionPolicy ?priority ?runtimeClassName ?setHostnameAsFQDN ?shareProcessNamespace ?terminationGracePeriodSeconds
core.v1.PodStatus ?startTime
core.v1.PodTemplate +template
core.v1.PortworxVolumeSource +volumeID
core.v1.PreferredSchedulingTerm +preference +weight
core.v1.Probe ?terminationGracePeriodSeconds
core.v1.ProjectedVolumeSource ?defaultMode +sources
core.v1.QuobyteVolumeSource +registry +volume
core.v1.RBDPersistentVolumeSource +image +monitors
core.v1.RBDVolumeSource +image +monitors
core.v1.ReplicationControllerSpec ?replicas
core.v1.ReplicationControllerStatus +replicas
core.v1.ResourceClaim +name
core.v1.ResourceFieldSelector +divisor +resource
core.v1.ScaleIOPersistentVolumeSource +gateway *secretRef +system
core.v1.ScaleIOVolumeSource +gateway *secretRef +system
core.v1.ScopedResourceSelectorRequirement +operator +scopeName
core.v1.SeccompProfile ?localhostProfile +type
core.v1.Secret ?immutable
core.v1.SecretEnvSource ?optional
core.v1.SecretKeySelector +key ?optional
core.v1.SecretProjection ?optional
core.v1.SecretVolumeSource ?defaultMode ?optional
core.v1.SecurityContext ?allowPrivilegeEscalation ?privileged ?procMount ?readOnlyRootFilesystem ?runAsGroup ?runAsNonRoot ?runAsUser
core.v1.ServiceAccount ?automountServiceAccountToken
core.v1.ServiceAccountTokenProjection ?expirationSeconds +path
core.v1.ServicePort ?appProtocol +port +targetPort
core.v1.ServiceSpec ?allocateLoadBalancerNodePorts ?internalTrafficPolicy ?ipFamilyPolicy ?loadBalancerClass ?trafficDistribution
core.v1.ServiceStatus +loadBalancer
core.v1.SleepAction +seconds
core.v1.Sysctl +name +value
core.v1.TCPSocketAction +port
core.v1.Toleration ?tolerationSeconds
core.v1.TopologySelectorLabelRequirement +key +values
core.v1.TopologySpreadConstraint +maxSkew ?minDomains ?nodeAffinityPolicy ?nodeTaintsPolicy +topologyKey +whenUnsatisfiable
core.v1.TypedLocalObjectReference *apiGroup +kind +name
core.v1.TypedObjectReference *apiGroup +kind +name ?namespace
core.v1.Volume +name
core.v1.VolumeDevice +devicePath +name
core.v1.VolumeMount +mountPath ?mountPropagation +name ?recursiveReadOnly
core.v1.VsphereVirtualDiskVolumeSource +volumePath
core.v1.WeightedPodAffinityTerm +podAffinityTerm +weight
core.v1.WindowsSecurityContextOptions ?gmsaCredentialSpec ?gmsaCredentialSpecName ?hostProcess ?runAsUserName
core.v1.WorkloadReference +name +podGroup
discovery.v1.Endpoint +addresses +conditions ?hostname ?nodeName ?zone
discovery.v1.EndpointConditions ?ready ?serving ?terminating
discovery.v1.EndpointPort ?appProtocol ?name ?port ?protocol
discovery.v1.EndpointSlice +addressType +endpoints +ports
discovery.v1.ForNode +name
discovery.v1.ForZone +name
networking.v1.HTTPIngressPath +backend *pathType
networking.v1.HTTPIngressRuleValue +paths
networking.v1.IPBlock +cidr
networking.v1.IngressClassParametersReference ?apiGroup +kind +name ?namespace *scope
networking.v1.IngressServiceBackend +name +port
networking.v1.IngressSpec ?ingressClassName
networking.v1.IngressStatus +loadBalancer
networking.v1.NetworkPolicyPort ?endPort ?port ?protocol
networking.v1.NetworkPolicySpec +podSelector
policy.v1.PodDisruptionBudgetSpec ?maxUnavailable ?minAvailable ?unhealthyPodEvictionPolicy
policy.v1.PodDisruptionBudgetStatus +currentHealthy +desiredHealthy +disruptionsAllowed +expectedPods
rbac.v1.ClusterRole +rules
rbac.v1.ClusterRoleBinding +roleRef
rbac.v1.PolicyRule +verbs
rbac.v1.Role +rules
rbac.v1.RoleBinding +roleRef
rbac.v1.RoleRef +apiGroup +kind +name
rbac.v1.Subject +kind +name
scheduling.v1.PriorityClass ?preemptionPolicy +value
storage.v1.StorageClass ?allowVolumeExpansion +provisioner ?reclaimPolicy ?volumeBindingMode
meta.v1.LabelSelectorRequirement +key +operator
meta.v1.ManagedFieldsEntry ?time
meta.v1.ObjectMeta ?deletionGracePeriodSeconds ?deletionTimestamp
meta.v1.OwnerReference +apiVersion ?blockOwnerDeletion ?controller +kind +name +uid
`;

/** `always`: written though empty. `ifSet`: kept though empty. */
export interface WireField {
  readonly always: boolean;
  readonly ifSet: boolean;
}

/** The fields of a type (`core.v1.Probe`) that are not written by the rule. */
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
