import type { Located } from '../base/span.ts';
import type { Field } from '../k8s/field.ts';
import { type LabelSelector, type LabelSet, matchSelector } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, type ResourceBase } from '../k8s/resourceBase.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { RuleSettings } from '../workspace/config.ts';
import { countsNear } from './locality.ts';
import { sameNamespace } from './selection.ts';

/** What the configuration says of things that no manifest of the folder shows. */
export type External = RuleSettings['external'];

/** The settings as they hold in a unit: what an environment says to exist counts in it alone. */
export function withExternal(settings: RuleSettings, { external }: Unit): RuleSettings {
  if (external === undefined) return settings;
  const { services, labels, namespaces } = settings.external;
  return {
    ...settings,
    external: {
      services: [...services, ...(external.services ?? [])],
      labels: [...labels, ...(external.labels ?? [])],
      namespaces: [...namespaces, ...(external.namespaces ?? [])],
    },
  };
}

/**
 * API groups whose objects are known to make neither Pods nor Services. Any other custom resource may belong to an
 * operator that makes both.
 */
const PASSIVE_GROUPS: ReadonlySet<string> = new Set([
  'cert-manager.io',
  'acme.cert-manager.io',
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'install.istio.io',
  'traefik.io',
  'traefik.containo.us',
  'external-secrets.io',
  'bitnami.com',
  'keda.sh',
  'cilium.io',
  'crd.projectcalico.org',
  'projectcalico.org',
  'policy.networking.k8s.io',
  'kyverno.io',
  'autoscaling.k8s.io',
  'metallb.io',
  'linkerd.io',
  'policy.linkerd.io',
  'route.openshift.io',
  'secrets-store.csi.x-k8s.io',
  'snapshot.storage.k8s.io',
  'karpenter.sh',
  'source.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'app.k8s.io',
  'application-networking.k8s.aws',
  'backstage.io',
  'cloud.google.com',
  'config.gatekeeper.sh',
  'configuration.konghq.com',
  'constraints.gatekeeper.sh',
  'core.haproxy.org',
  'dapr.io',
  'elbv2.k8s.aws',
  'gateway.networking.x-k8s.io',
  'getambassador.io',
  'ingress.v1.haproxy.org',
  'ingress.v3.haproxy.org',
  'k8s.nginx.org',
  'monitoring.googleapis.com',
  'mutations.gatekeeper.sh',
  'projectcontour.io',
  'split.smi-spec.io',
  'specs.smi-spec.io',
  'templates.gatekeeper.sh',
  'trust.cert-manager.io',
  'networking.gke.io',
  'kustomize.config.k8s.io',
  'apisix.apache.org',
  'appmesh.k8s.aws',
  'connection.gatekeeper.sh',
  'crd.antrea.io',
  'eventing.keda.sh',
  'expansion.gatekeeper.sh',
  'externaldata.gatekeeper.sh',
  'gateway.envoyproxy.io',
  'gateway.nginx.org',
  'status.gatekeeper.sh',
  'syncset.gatekeeper.sh',
  'velero.io',
  // Inputs of programs, which no API server ever sees.
  'apiserver.config.k8s.io',
  'audit.k8s.io',
  'eksctl.io',
  'k3d.io',
  'kind.x-k8s.io',
  'krew.googlecontainertools.github.com',
  'kubeadm.k8s.io',
  'kubelet.config.k8s.io',
  'kubeproxy.config.k8s.io',
  'kuttl.dev',
  'skaffold',
]);

const PASSIVE_KINDS: ReadonlySet<string> = new Set([
  'monitoring.coreos.com/ServiceMonitor',
  'monitoring.coreos.com/PodMonitor',
  'monitoring.coreos.com/PrometheusRule',
  'monitoring.coreos.com/Probe',
  'monitoring.coreos.com/ScrapeConfig',
  'monitoring.coreos.com/AlertmanagerConfig',
  'argoproj.io/AppProject',
  'datadoghq.com/WatermarkPodAutoscaler',
  'grafana.integreatly.org/GrafanaDashboard',
  'grafana.integreatly.org/GrafanaDatasource',
  'grafana.integreatly.org/GrafanaFolder',
  'opentelemetry.io/Instrumentation',
  'postgresql.cnpg.io/Backup',
  'postgresql.cnpg.io/ScheduledBackup',
  'argoproj.io/AnalysisTemplate',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/TCPRoute',
  'gateway.networking.k8s.io/TLSRoute',
  'gateway.networking.k8s.io/ReferenceGrant',
  'gateway.networking.k8s.io/GatewayClass',
]);

/** Custom resources that deploy other manifests, into whatever namespace. */
const DEPLOYERS: ReadonlySet<string> = new Set([
  'argoproj.io/Application',
  'argoproj.io/ApplicationSet',
  'kustomize.toolkit.fluxcd.io/Kustomization',
  'helm.toolkit.fluxcd.io/HelmRelease',
  'helm.cattle.io/HelmChart',
]);

/** Namespaces that a cluster fills by itself. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'istio-system',
  'openshift-dns',
  'openshift-ingress',
]);

/**
 * Why a namespace of a unit may hold Pods and Services that no manifest shows, in words; `undefined` where nothing
 * speaks for that, and "it does not exist" may be said.
 */
export function whyMoreMayExist(unit: Unit, namespace: Field<string>, external?: External): string | undefined {
  if (namespace?.value !== undefined && external?.namespaces.includes(namespace.value))
    return `the configuration says that \`${namespace.value}\` holds more`;
  if (unit.open !== undefined) return unit.open;
  if (namespace?.value !== undefined && SYSTEM_NAMESPACES.has(namespace.value))
    return `the cluster itself fills \`${namespace.value}\``;
  for (const index of [unit.index, ...unit.others]) {
    for (const resource of index.derive(makersIn)) {
      if (makesOthers(resource, namespace) && !unit.siblings.isExplained(resource))
        return `\`${describeResource(resource)}\` may make Pods and Services`;
    }
  }
  return undefined;
}

/**
 * Whether what {@link whyMoreMayExist} tells of counts even against a slip: it is of that very namespace, it stands near the
 * object, or nobody knows where it stands. An operator at the other end of the folder makes nothing here.
 */
export function isInDoubt(unit: Unit, { file }: ResourceBase, namespace: Field<string>, external: External): boolean {
  if (unit.open !== undefined || isFilledByOthers(namespace, external)) return true;
  const own = namespace?.value;
  return [unit.index, ...unit.others].some((index) =>
    index.derive(makersIn).some((maker) => {
      if (unit.siblings.isExplained(maker)) return false;
      if (own !== undefined && maker.namespace?.value === own) return true;
      return makesOthers(maker, namespace) && countsNear(unit, file, maker);
    }),
  );
}

/** Whether a namespace holds Pods of others whatever the manifests show: the cluster's own, or those that the configuration tells of. */
function isFilledByOthers(namespace: Field<string>, external?: External): boolean {
  const name = namespace?.value;
  return name !== undefined && (SYSTEM_NAMESPACES.has(name) || external?.namespaces.includes(name) === true);
}

/**
 * Whether a label is one that an operator puts on the Pods that it makes: its key is in a domain (`cnpg.io/cluster`,
 * `strimzi.io/name`), and no template of the unit has it; or it names the tool that manages them.
 */
export function isOperatorsLabel({ index }: Unit, key: string): boolean {
  if (key === 'app.kubernetes.io/managed-by') return true;
  const isCommon = !key.includes('/') || key.startsWith('app.kubernetes.io/');
  return !isCommon && index.workloadsWithKey(key).length === 0;
}

/** Whether the configuration says that a Service of this name exists elsewhere; entries are `name` or `namespace/name`. */
export function isExternalService(external: External, name: string, namespace: Field<string>): boolean {
  return external.services.some((entry) => {
    const slash = entry.indexOf('/');
    if (slash < 0) return entry === name;
    if (entry.slice(slash + 1) !== name) return false;
    return namespace?.value === undefined || namespace.value === entry.slice(0, slash);
  });
}

/** Whether a selector takes, or may take, Pods that the configuration says exist elsewhere (`key=value,key=value`). */
export function mayMatchExternalPods(external: External, selector: LabelSelector): boolean {
  return external.labels.some((entry) => matchSelector(selector, toLabels(entry)) !== 'no');
}

function toLabels(entry: string): LabelSet {
  const entries = entry.split(',').map((pair) => {
    const equals = pair.indexOf('=');
    return { key: located(pair.slice(0, equals)), value: located(pair.slice(equals + 1)) };
  });
  return { entries, open: false, start: 0, end: 0 };
}

function located(value: string): Located<string> {
  return { value, start: 0, end: 0 };
}

/** The custom resources that may make others, wherever they live. */
function makersIn(index: ResourceIndex): readonly Resource[] {
  return [...index.customResources].filter((resource) => {
    const kind = `${resource.group}/${resource.kind}`;
    if (DEPLOYERS.has(kind)) return true;
    return resource.type !== 'workload' && !PASSIVE_GROUPS.has(resource.group) && !PASSIVE_KINDS.has(kind);
  });
}

function makesOthers(resource: Resource, namespace: Field<string>): boolean {
  if (DEPLOYERS.has(`${resource.group}/${resource.kind}`)) return true;
  return sameNamespace(resource.namespace, namespace) !== 'no';
}
