import type { Resource } from '../k8s/resource.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';

/** A kind of policy that works beside NetworkPolicies or before them, and is not evaluated here. */
interface ForeignKind {
  readonly scope: 'namespace' | 'cluster';
}

const [namespaced, clusterWide]: readonly [ForeignKind, ForeignKind] = [{ scope: 'namespace' }, { scope: 'cluster' }];

/**
 * By `group/kind`: the policies of Cilium, Calico, Antrea, OVN-Kubernetes, OpenShift, GKE, AWS, NSX, and those of the
 * Network Policy API working group.
 */
const FOREIGN_KINDS: ReadonlyMap<string, ForeignKind> = new Map([
  ['cilium.io/CiliumNetworkPolicy', namespaced],
  ['cilium.io/CiliumClusterwideNetworkPolicy', clusterWide],
  ['crd.projectcalico.org/NetworkPolicy', namespaced],
  ['crd.projectcalico.org/GlobalNetworkPolicy', clusterWide],
  ['projectcalico.org/NetworkPolicy', namespaced],
  ['projectcalico.org/GlobalNetworkPolicy', clusterWide],
  ['policy.networking.k8s.io/AdminNetworkPolicy', clusterWide],
  ['policy.networking.k8s.io/BaselineAdminNetworkPolicy', clusterWide],
  ['policy.networking.k8s.io/ClusterNetworkPolicy', clusterWide],
  ['crd.antrea.io/NetworkPolicy', namespaced],
  ['crd.antrea.io/ClusterNetworkPolicy', clusterWide],
  ['k8s.ovn.org/EgressFirewall', namespaced],
  ['network.openshift.io/EgressNetworkPolicy', namespaced],
  ['networking.gke.io/FQDNNetworkPolicy', namespaced],
  ['networking.k8s.aws/ApplicationNetworkPolicy', namespaced],
  ['networking.k8s.aws/ClusterNetworkPolicy', clusterWide],
  ['crd.nsx.vmware.com/SecurityPolicy', namespaced],
]);

/** The policies of other kinds: they can allow what NetworkPolicies deny, and deny what these allow. */
export function foreignPolicies(index: ResourceIndex): readonly Resource[] {
  return index.derive(findForeign);
}

/** Whether such a policy holds in all namespaces. */
export function isClusterWide({ group, kind }: Resource): boolean {
  return FOREIGN_KINDS.get(`${group}/${kind}`)?.scope === 'cluster';
}

function findForeign(index: ResourceIndex): readonly Resource[] {
  return [...index.ofType('other')].filter(({ group, kind }) => FOREIGN_KINDS.has(`${group}/${kind}`));
}
