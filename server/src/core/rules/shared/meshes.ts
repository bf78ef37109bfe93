import { namespaceManifests } from '../../cluster/namespaces.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { LabelSet } from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';

/**
 * Whether a service mesh may send a workload's traffic another way than its manifests say: through a tunnel, as Istio's
 * ambient mode does (policies then see port 15008), or to other Services, as its routes may.
 * Source: https://istio.io/latest/docs/ambient/usage/networkpolicy/
 */
export function mayRedirect(unit: Unit, { namespace, template }: Workload): boolean {
  if (isAmbient(template.labels)) return true;
  const name = namespace?.value;
  if (name !== undefined && namespaceManifests(unit, name).some(({ labels }) => isAmbient(labels))) return true;
  const isRoute = ({ group, kind }: Resource) => ROUTES.has(`${group}/${kind}`);
  const isHere = [...unit.index.customResources].some(
    (resource) => isRoute(resource) && sameNamespace(resource.namespace, namespace) !== 'no',
  );
  // What lies beside the unit counts where it names the namespace: most of it is another variant.
  const isNamed = (resource: Resource) => name !== undefined && resource.namespace?.value === name;
  return isHere || unit.others.some((index) => [...index.customResources].some((one) => isRoute(one) && isNamed(one)));
}

const ROUTES: ReadonlySet<string> = new Set([
  'networking.istio.io/VirtualService',
  'networking.istio.io/ServiceEntry',
  'split.smi-spec.io/TrafficSplit',
]);

function isAmbient(labels: LabelSet | undefined): boolean {
  return (
    labels?.entries.some(({ key, value }) => key.value === 'istio.io/dataplane-mode' && value?.value !== 'none') ===
    true
  );
}
