import { hasConnection } from '../../cluster/connectionSet.ts';
import { isolation } from '../../cluster/policy.ts';
import { portsAt } from '../../cluster/policyPorts.ts';
import { type KnownPolicy, policyWorldOf } from '../../cluster/policyWorld.ts';
import { isolatingSpan } from '../../cluster/reach.ts';
import type { Reason } from '../../cluster/reason.ts';
import { formatCidr, parseCidr } from '../../k8s/ipAddress.ts';
import type { Ternary } from '../../k8s/labels.ts';
import type { Direction, PolicyPeer } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { placed } from './model.ts';

export interface StrangerAnswer {
  readonly allowed: Ternary;
  readonly reason: string;
  readonly evidence: readonly Reason[];
}

/**
 * Whether policies let a workload's Pods talk with an end of which nobody knows what it is: some address outside of the
 * cluster, or Pods of a controller that no manifest shows. `port`: that of the destination; `undefined`: any.
 */
export function judgeStranger(
  unit: Unit,
  subject: Workload,
  direction: Direction,
  who: 'address' | 'pods',
  protocol: Protocol,
  port: number | undefined,
): StrangerAnswer {
  const world = policyWorldOf(unit);
  const own = code(describeResource(subject));
  const overriding = world.overriding(subject.namespace);
  if (overriding !== undefined)
    return {
      allowed: 'unknown',
      reason: `${code(describeResource(overriding))} may decide otherwise: policies of this kind are not evaluated`,
      evidence: [],
    };
  const parts = world.policiesIn(subject.namespace).flatMap((known) => {
    const isolates = isolation(known, subject, direction);
    return isolates === 'no' ? [] : [{ known, isolates }];
  });
  if (parts.length === 0)
    return world.open === undefined
      ? { allowed: 'yes', reason: `no policy isolates ${own} for ${direction}`, evidence: [] }
      : { allowed: 'unknown', reason: `there may be more policies: ${world.open}`, evidence: [] };
  const fitting = parts.flatMap(({ known }) => fittingRules(known, direction, subject, who, protocol, port));
  const sure = fitting.filter(({ fits }) => fits === 'yes');
  const [allowing] = sure;
  if (allowing !== undefined)
    return { allowed: 'yes', reason: `${allowing.name} allows it`, evidence: sure.map(({ at }) => at) };
  const evidence = parts.map(({ known: { policy } }) =>
    placed(
      policy.file,
      isolatingSpan(policy, direction),
      `${code(describeResource(policy))} isolates for ${direction}`,
    ),
  );
  const isCertain = parts.some(({ isolates }) => isolates === 'yes');
  const whoText = who === 'address' ? 'addresses outside of the cluster' : 'the Pods of the controller';
  if (fitting.length === 0 && isCertain && world.open === undefined)
    return {
      allowed: 'no',
      reason: `policies isolate ${own} for ${direction}, and no rule is for ${whoText}`,
      evidence,
    };
  const reason =
    fitting.length > 0
      ? `policies isolate ${own} for ${direction}, and whether a rule takes ${whoText} no manifest tells`
      : `whether policies isolate ${own} for ${direction} is not decided`;
  return { allowed: 'unknown', reason, evidence: [...fitting.map(({ at }) => at), ...evidence] };
}

interface Fitting {
  readonly fits: 'yes' | 'unknown';
  readonly name: string;
  readonly at: Reason;
}

function fittingRules(
  known: KnownPolicy,
  direction: Direction,
  subject: Workload,
  who: 'address' | 'pods',
  protocol: Protocol,
  port: number | undefined,
): readonly Fitting[] {
  const { policy } = known;
  const rules = known[direction];
  if (rules === undefined) return [];
  const found = rules.rules.flatMap(({ rule, index, ports }): readonly Fitting[] => {
    const { sure, possible } = portsAt(ports, direction === 'ingress' ? subject : undefined);
    if (port !== undefined && !hasConnection(possible, protocol, port)) return [];
    const peers = rule.peersOpen ? 'unknown' : rule.peers.length === 0 ? 'yes' : peersFit(rule.peers, who);
    if (peers === 'no') return [];
    const isSure =
      peers === 'yes' &&
      rules.isolates === 'yes' &&
      known.doubt === undefined &&
      port !== undefined &&
      hasConnection(sure, protocol, port);
    const name = `rule ${index + 1} of ${code(describeResource(policy))}`;
    return [
      {
        fits: isSure ? 'yes' : 'unknown',
        name,
        at: placed(policy.file, rule, isSure ? `${name} allows it` : `${name} may take them`),
      },
    ];
  });
  const more: readonly Fitting[] = rules.open
    ? [
        {
          fits: 'unknown',
          name: code(describeResource(policy)),
          at: placed(policy.file, isolatingSpan(policy, direction), 'further rules are not decided'),
        },
      ]
    : [];
  return [...found, ...more];
}

/** An address is taken by blocks alone, Pods by selectors, and perhaps by blocks. */
function peersFit(peers: readonly PolicyPeer[], who: 'address' | 'pods'): Ternary {
  let verdict: Ternary = 'no';
  for (const { ipBlock, decided, namespaceSelector, podSelector } of peers) {
    if (!decided) verdict = 'unknown';
    else if (ipBlock !== undefined) {
      const block = ipBlock.cidr?.value === undefined ? undefined : parseCidr(ipBlock.cidr.value);
      const isAll = block !== undefined && block.prefixLength === 0 && ipBlock.except.length === 0;
      if (isAll && who === 'address' && formatCidr(block).startsWith('0.0.0.0')) return 'yes';
      verdict = 'unknown';
    } else if (who === 'pods') {
      const isEverybody =
        namespaceSelector?.requirements.length === 0 &&
        !namespaceSelector.open &&
        (podSelector === undefined || podSelector.requirements.length === 0);
      if (isEverybody) return 'yes';
      verdict = 'unknown';
    }
  }
  return verdict;
}
