import type { DeclaredNeed } from '../cluster/declaredNeeds.ts';
import { answerFor, judgeConnection } from '../cluster/reach.ts';
import { judgeController } from '../explain/connection/controller.ts';
import type { Ternary } from '../k8s/labels.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';

/** What the policies say of a call. */
export interface CallVerdict {
  readonly allowed: Ternary;
  /** Of one that is denied, the policies; of one that is not known, why. */
  readonly why: string;
}

/** `allowed`, `denied by NetworkPolicy/deny-all`, `unknown: …`. */
export function verdictText({ allowed, why }: CallVerdict): string {
  return allowed === 'yes' ? 'allowed' : allowed === 'no' ? `denied by ${why}` : `unknown: ${why}`;
}

/** The verdict on what one caller needs of one goal: denied where any of it is, then not known. */
export function judgeNeeds(unit: Unit, needs: readonly DeclaredNeed[]): CallVerdict {
  const verdicts = needs.map((need) => judgeNeed(unit, need));
  return (
    verdicts.find(({ allowed }) => allowed === 'no') ??
    verdicts.find(({ allowed }) => allowed === 'unknown') ?? { allowed: 'yes', why: '' }
  );
}

function judgeNeed(unit: Unit, { from, to, protocol, port, doubt }: DeclaredNeed): CallVerdict {
  if (to.kind !== 'pods')
    return { allowed: 'unknown', why: plain(doubt ?? 'no Pods of these manifests are behind it') };
  // Whatever the policies say, the Pods' own node may connect.
  if (from.kind === 'kubelet') return { allowed: 'yes', why: '' };
  if (protocol === undefined || port === undefined)
    return { allowed: 'unknown', why: plain(doubt ?? 'the port on the Pods is not decided') };
  if (from.kind === 'controller') {
    const { allowed, reason } = judgeController(unit, from.resource, to.workload, protocol, port);
    return { allowed, why: plain(reason) };
  }
  const source = { kind: 'pods', unit, workload: from.workload } as const;
  const answer = answerFor(judgeConnection(source, { kind: 'pods', unit, workload: to.workload }), protocol, port);
  const sides = [answer.egress, answer.ingress].flatMap((side) => (side?.allowed === answer.allowed ? [side] : []));
  if (answer.allowed === 'no') {
    const names = sides.flatMap(({ deciders }) => deciders.map(({ policy }) => describeResource(policy)));
    return { allowed: 'no', why: [...new Set(names)].join(', ') };
  }
  if (answer.allowed === 'unknown') return { allowed: 'unknown', why: plain(sides[0]?.reason ?? 'it is not decided') };
  return doubt === undefined ? { allowed: 'yes', why: '' } : { allowed: 'unknown', why: plain(doubt) };
}

/** Call hierarchies show no Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
