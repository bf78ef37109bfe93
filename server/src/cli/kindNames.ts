/** The names that kubectl knows a kind by, beside the kind itself in any case. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['configmaps', 'cm'],
  CronJob: ['cronjobs', 'cj'],
  DaemonSet: ['daemonsets', 'ds'],
  Deployment: ['deployments', 'deploy'],
  Endpoints: ['ep'],
  EndpointSlice: ['endpointslices'],
  HorizontalPodAutoscaler: ['horizontalpodautoscalers', 'hpa'],
  Ingress: ['ingresses', 'ing'],
  IngressClass: ['ingressclasses'],
  Job: ['jobs'],
  Namespace: ['namespaces', 'ns'],
  NetworkPolicy: ['networkpolicies', 'netpol'],
  Pod: ['pods', 'po'],
  PodDisruptionBudget: ['poddisruptionbudgets', 'pdb'],
  ReplicaSet: ['replicasets', 'rs'],
  ReplicationController: ['replicationcontrollers', 'rc'],
  Secret: ['secrets'],
  Service: ['services', 'svc'],
  StatefulSet: ['statefulsets', 'sts'],
};

/** The kind that is meant: `Service` for `svc`, `services` and `SERVICE`. A name that is not known stays as it is. */
export function kindOfName(given: string): string {
  const name = given.toLowerCase();
  const found = Object.entries(OTHER_NAMES).find(
    ([kind, names]) => kind.toLowerCase() === name || names.includes(name),
  );
  return found?.[0] ?? given;
}
