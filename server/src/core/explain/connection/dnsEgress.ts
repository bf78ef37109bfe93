import { judgeSide } from '../../cluster/policy.ts';
import { policyWorldOf } from '../../cluster/policyWorld.ts';
import { hasPort } from '../../cluster/portIntervals.ts';
import { answerSide } from '../../cluster/reach.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { code } from '../link.ts';
import { decidersOf } from './deciders.ts';
import { usualDnsServer } from './dnsServer.ts';
import { type ConnectionStep, fails, ok, open, remark, type Source } from './model.ts';

/** Whether the source's policies let it look names up: UDP and TCP 53 of the cluster's DNS. */
export function explainDnsEgress({ unit, workload }: Extract<Source, { kind: 'workload' }>): ConnectionStep {
  const title = 'egress to DNS';
  const server = usualDnsServer();
  if (server === undefined) return ok('dns', title, 'not looked at');
  const side = judgeSide(policyWorldOf(unit), workload, 'egress', { kind: 'pods', workload: server });
  const udp = answerSide(side, 'UDP', 53);
  const own = code(describeResource(workload));
  if (side.parts.length === 0 && udp.allowed === 'yes') return ok('dns', title, `no policy isolates ${own} for egress`);
  const evidence = decidersOf(udp);
  const allows = [53, 5353].some((port) =>
    side.parts.some(
      (part) =>
        hasPort(part.bounds.possible.UDP, port) || part.rules.some(({ ports }) => hasPort(ports.possible.UDP, port)),
    ),
  );
  const fix = `let ${own} out to UDP and TCP 53 of the Pods ${code('k8s-app: kube-dns')} in ${code('kube-system')}`;
  if (udp.allowed === 'no' && !allows)
    return fails('dns', title, {
      says: `no policy lets ${own} out to UDP 53: it can look no name up`,
      evidence,
      fix,
      seen: ['name error'],
    });
  if (udp.allowed !== 'yes') {
    const says =
      udp.allowed === 'no'
        ? `UDP 53 is allowed, but not to Pods ${code('k8s-app: kube-dns')} in ${code('kube-system')}, where DNS usually runs`
        : udp.reason;
    return open('dns', title, { says, evidence, fix: udp.allowed === 'no' ? fix : undefined, seen: ['name error'] });
  }
  const tcp =
    answerSide(side, 'TCP', 53).allowed === 'no'
      ? [remark('TCP 53 is not allowed: answers of many addresses come over TCP')]
      : [];
  return ok('dns', title, udp.reason, [...evidence, ...tcp]);
}
