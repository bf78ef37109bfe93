import { distanceOf, distanceTo, NEAR } from '../../cluster/locality.ts';
import { NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { selectPeerPods, selectPolicyPods } from '../../cluster/policySelection.ts';
import type { Selection } from '../../cluster/selection.ts';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyRule } from '../../k8s/networkPolicy.ts';
import { containerProtocolOf } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { mayAddContainers, type Workload } from '../../k8s/workload.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';

export interface RulePlace {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly rule: PolicyRule;
}

/** Whether a peer's Pods are all in namespaces that it names, so that the manifests can show them. */
export function looksWhereItSays({ decided, ipBlock, namespaceSelector }: PolicyPeer): boolean {
  if (!decided || ipBlock !== undefined) return false;
  return (
    namespaceSelector === undefined ||
    namespaceSelector.requirements.some(({ key, operator }) => key.value === NAMESPACE_NAME_LABEL && operator === 'In')
  );
}

/** The workloads whose Pods receive what a rule lets through: those that the policy selects, or the peers of `to`. */
export function receiversOf(unit: Unit, { policy, direction, rule }: RulePlace, index: ResourceIndex): Selection {
  if (direction === 'ingress') return selectPolicyPods(index, policy);
  const selections = rule.peers.map((peer) => selectPeerPods(unit, policy, peer, index));
  return {
    matched: [...new Set(selections.flatMap(({ matched }) => matched))],
    possible: [...new Set(selections.flatMap(({ possible }) => possible))],
  };
}

/**
 * The receivers of a rule where the manifests show all of them, with all of their ports; `undefined` where others may exist,
 * near the policy or beside its unit.
 */
export function findShownReceivers(unit: Unit, place: RulePlace): readonly Workload[] | undefined {
  const { policy, direction, rule } = place;
  if (policy.opaque) return undefined;
  if (direction === 'egress' && (rule.peers.length === 0 || rule.peersOpen || !rule.peers.every(looksWhereItSays)))
    return undefined;
  const { matched, possible } = receiversOf(unit, place, unit.index);
  const reach = distanceTo(policy.file, matched);
  if (matched.length === 0 || possible.some(({ file }) => reach > NEAR || distanceOf(policy.file, file) <= reach))
    return undefined;
  const isBeside = unit.others.some((index) => {
    const others = receiversOf(unit, place, index);
    return [...others.matched, ...others.possible].some(({ file }) => unit.writtenIn(file).length === 0);
  });
  return isBeside || !matched.every(showsItsPorts) ? undefined : matched;
}

/** Whether a workload declares ports, and nothing can add others. */
function showsItsPorts(workload: Workload): boolean {
  const { containers, containersOpen } = workload.template;
  if (workload.opaque || containersOpen || mayAddContainers(workload)) return false;
  const lasting = containers.filter(({ role }) => role !== 'init');
  return (
    lasting.some(({ ports }) => ports.length > 0) &&
    lasting.every(({ ports, portsOpen }) => !portsOpen && ports.every(({ decided }) => decided))
  );
}

/** The protocols with which a workload's Pods declare a port, a number. */
export function protocolsOf({ template: { containers } }: Workload, number: number): readonly string[] {
  const ports = containers.flatMap(({ role, ports: all }) => (role === 'init' ? [] : all));
  const found = ports.filter(({ containerPort }) => containerPort?.value === number);
  return [...new Set(found.flatMap((port) => containerProtocolOf(port) ?? []))];
}

/** `A`, `A` and `B`, `A` and 3 other workloads. */
export function describeAll(workloads: readonly Workload[]): string {
  const [first, second] = workloads.map((workload) => `\`${describeResource(workload)}\``);
  if (workloads.length < 3) return [first, second].filter((name) => name !== undefined).join(' and ');
  return `${first} and ${workloads.length - 1} other workloads`;
}
