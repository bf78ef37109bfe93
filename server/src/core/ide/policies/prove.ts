import { type DeclaredNeed, declaredNeedsOf } from '../../cluster/declaredNeeds.ts';
import { judgeSide } from '../../cluster/policy.ts';
import { type PolicyWorld, policyWorldOf, withPolicy } from '../../cluster/policyWorld.ts';
import { answerSide } from '../../cluster/reach.ts';
import { createInterner } from '../../k8s/field.ts';
import { parseIpAddress } from '../../k8s/ipAddress.ts';
import type { Ternary } from '../../k8s/labels.ts';
import type { Direction, NetworkPolicy } from '../../k8s/networkPolicy.ts';
import type { Workload } from '../../k8s/workload.ts';
import { whoKeepsControllersOut } from '../../rules/shared/ingressControllers.ts';
import { readSourceFile } from '../../sources/sourceFile.ts';
import type { Unit } from '../../sources/unit.ts';

/**
 * The declared needs of a workload that a policy, given as text, would take something from: what was allowed for certain is not
 * any more, or what was possible is denied. The policy counts in the workload's own namespace, as a kustomization leaves both.
 */
export function findCutNeeds(
  unit: Unit,
  workload: Workload,
  text: string,
  direction: Direction,
  clusterDomain: string,
): readonly DeclaredNeed[] {
  const file = readSourceFile(`${unit.folder}/generated.yaml`, text, { intern: createInterner() });
  const read = file.resources.find((resource): resource is NetworkPolicy => resource.type === 'networkPolicy');
  const needs = declaredNeedsOf(unit, clusterDomain);
  const own = direction === 'ingress' ? needs.to(workload) : needs.from(workload);
  if (read === undefined) return own;
  const before = policyWorldOf(unit);
  const after = withPolicy(before, { ...read, namespace: workload.namespace });
  return own.filter((need) =>
    isWorse(judge(before, workload, need, direction), judge(after, workload, need, direction)),
  );
}

function isWorse(before: Ternary, after: Ternary): boolean {
  return (before === 'yes' && after !== 'yes') || (before === 'unknown' && after === 'no');
}

/** What the workload's own side says; of what has no Pods here, and of ports that are not known, as far as it can be told. */
function judge(world: PolicyWorld, workload: Workload, need: DeclaredNeed, direction: Direction): Ternary {
  const { from, to, protocol = 'TCP', port } = need;
  if (from.kind === 'kubelet' || port === undefined) return 'yes';
  if (from.kind === 'controller')
    return whoKeepsControllersOut(world, workload, protocol, port) === undefined ? 'yes' : 'no';
  const other = direction === 'ingress' ? from.workload : to.kind === 'pods' ? to.workload : undefined;
  if (other === undefined) return opensAddresses(world, workload, protocol, port);
  return answerSide(judgeSide(world, workload, direction, { kind: 'pods', workload: other }), protocol, port).allowed;
}

/** Whether Pods may open a connection to an address on the internet. */
function opensAddresses(
  world: PolicyWorld,
  workload: Workload,
  protocol: 'TCP' | 'UDP' | 'SCTP',
  port: number,
): Ternary {
  const address = parseIpAddress('192.0.2.1');
  if (address === undefined) return 'unknown';
  return answerSide(judgeSide(world, workload, 'egress', { kind: 'address', address }), protocol, port).allowed;
}
