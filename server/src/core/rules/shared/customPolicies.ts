import type { Unit } from '../../sources/unit.ts';

/** API groups whose policies isolate Pods beside NetworkPolicies. */
const GROUPS: ReadonlySet<string> = new Set([
  'cilium.io',
  'crd.projectcalico.org',
  'projectcalico.org',
  'policy.networking.k8s.io',
  'crd.antrea.io',
]);

/** Whether policies of a network plugin exist: what they isolate is not known here. */
export function hasCustomPolicies({ index, others }: Unit): boolean {
  return [index, ...others].some((each) => [...each.customResources].some(({ group }) => GROUPS.has(group)));
}

const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** Whether a namespace is the cluster's own: nobody wants policies of a repository there. */
export function isSystemNamespace(name: string | undefined): boolean {
  return name !== undefined && SYSTEM_NAMESPACES.has(name);
}
