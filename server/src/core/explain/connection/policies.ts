import type { Side } from '../../cluster/policy.ts';
import { judgeSide } from '../../cluster/policy.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { policyWorldOf } from '../../cluster/policyWorld.ts';
import { hasPort } from '../../cluster/portIntervals.ts';
import { answerSide, isolatingSpan, judgeConnection, type SideAnswer } from '../../cluster/reach.ts';
import type { Reason } from '../../cluster/reason.ts';
import { labelsText, type Ternary } from '../../k8s/labels.ts';
import type { Direction } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import { joinWords } from '../context.ts';
import { code } from '../link.ts';
import { usualDnsServer } from './dnsServer.ts';
import { type Backend, type ConnectionStep, fails, ok, open, placed, remark, type Source } from './model.ts';
import { judgeStranger } from './stranger.ts';

type WorkloadSource = Extract<Source, { kind: 'workload' }>;

/** What a policy says of one way to the destination. */
interface Judged {
  readonly backend: Backend | undefined;
  readonly allowed: Ternary;
  readonly reason: string;
  readonly evidence: readonly Reason[];
  /** Whether the port of the Service, which policies do not count, would be allowed. */
  readonly servicePort: boolean;
}

interface Way {
  readonly protocol: Protocol;
  /** Of the Service. */
  readonly port: number | undefined;
}

/** Whether the source's policies let it look names up: UDP and TCP 53 of the cluster's DNS. */
export function explainDnsEgress({ unit, workload }: WorkloadSource): ConnectionStep {
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

/** Whether the source's policies let the connection out, to each of the ends that it may get to. */
export function explainEgress(from: WorkloadSource, backends: readonly Backend[], way: Way): ConnectionStep {
  const title = `egress of ${describeResource(from.workload)}`;
  if (backends.length === 0) {
    const judged = judgeStranger(from.unit, from.workload, 'egress', 'address', way.protocol, way.port);
    const step = { says: judged.reason, evidence: judged.evidence };
    if (judged.allowed === 'yes') return ok('egress', title, step.says, step.evidence);
    return judged.allowed === 'no'
      ? fails('egress', title, { ...step, seen: TIMEOUT })
      : open('egress', title, { ...step, seen: TIMEOUT });
  }
  const judged = backends.map((backend): Judged => {
    const to = backend.kind === 'pods' ? backend : { kind: 'address' as const, address: backend.address };
    const { egress } = judgeConnection({ kind: 'pods', unit: from.unit, workload: from.workload }, to);
    return judge(egress, backend, way);
  });
  return combine('egress', title, judged, way, fixOf('egress', from.workload, backends));
}

/** Whether the policies of the destination let the connection in. */
export function explainIngress(from: Source, backends: readonly Backend[], way: Way): ConnectionStep | undefined {
  const pods = backends.flatMap((backend) => (backend.kind === 'pods' ? [backend] : []));
  const [first] = pods;
  if (first === undefined) return undefined;
  const names = [...new Set(pods.map(({ workload }) => describeResource(workload)))];
  const title = `ingress of ${joinWords(names.length > 2 ? [...names.slice(0, 2), `${names.length - 2} more`] : names)}`;
  const judged = pods.map((backend): Judged => {
    if (from.kind === 'workload') {
      const { ingress } = judgeConnection({ kind: 'pods', unit: from.unit, workload: from.workload }, backend);
      return judge(ingress, backend, way);
    }
    if (from.kind === 'outside' && from.address !== undefined) {
      const { ingress } = judgeConnection({ kind: 'address', address: from.address }, backend);
      return judge(ingress, backend, way);
    }
    const who = from.kind === 'ingress' ? 'pods' : 'address';
    return {
      backend,
      servicePort: false,
      ...judgeStranger(backend.unit, backend.workload, 'ingress', who, way.protocol, backend.port),
    };
  });
  return combine(
    'ingress',
    title,
    judged,
    way,
    fixOf('ingress', from.kind === 'workload' ? from.workload : undefined, backends),
  );
}

/** What the answers rest on beside the manifests. */
export function explainAssumptions(
  from: Source,
  backends: readonly Backend[],
  steps: readonly ConnectionStep[],
): ConnectionStep {
  const title = 'network';
  const ends = [
    ...(from.kind === 'workload' ? [from.workload] : []),
    ...backends.flatMap((backend) => (backend.kind === 'pods' ? [backend.workload] : [])),
  ];
  const hosted = [...new Set(ends)].filter((workload) => onHost(workload) === 'yes');
  const isIsolated = steps.some(
    ({ id, evidence }) => (id === 'egress' || id === 'ingress' || id === 'dns') && evidence.length > 0,
  );
  const evidence = hosted.map((workload) =>
    placed(
      workload.file,
      workload.template.hostNetwork ?? workload,
      `${code(describeResource(workload))} is on the host network`,
    ),
  );
  if (hosted.length > 0 && isIsolated)
    return open('assumptions', title, {
      says: 'Pods on the host network have the address of their node: whether policies count for them is up to the network plugin',
      evidence,
      seen: TIMEOUT,
    });
  if (hosted.length > 0)
    return ok(
      'assumptions',
      title,
      'Pods on the host network have the address and the ports of their node; no policy here takes part',
      evidence,
    );
  return ok(
    'assumptions',
    title,
    isIsolated
      ? 'assumed: the network plugin enforces NetworkPolicies, and drops what they deny'
      : 'no policy here isolates either end; assumed: Pods reach each other, as Kubernetes asks of every network',
  );
}

const TIMEOUT = ['timeout'] as const;

function judge(side: Side | undefined, backend: Backend, { protocol, port }: Way): Judged {
  if (side === undefined)
    return { backend, allowed: 'yes', reason: 'an address has no policies', evidence: [], servicePort: false };
  if (backend.port === undefined) return judgeAnyPort(side, backend, protocol);
  const answer = answerSide(side, protocol, backend.port);
  const servicePort =
    answer.allowed !== 'yes' &&
    port !== undefined &&
    port !== backend.port &&
    answerSide(side, protocol, port).allowed === 'yes';
  return { backend, allowed: answer.allowed, reason: answer.reason, evidence: decidersOf(answer), servicePort };
}

/** Where the port is not decided, the answer is that of all ports, if they have one. */
function judgeAnyPort(side: Side, backend: Backend, protocol: Protocol): Judged {
  if (side.parts.length === 0) {
    const { allowed, reason } = answerSide(side, protocol, 1);
    return { backend, allowed, reason, evidence: [], servicePort: false };
  }
  return {
    backend,
    allowed: 'unknown',
    reason: 'policies isolate the Pods, and the port on them is not decided',
    evidence: [],
    servicePort: false,
  };
}

function combine(
  id: 'egress' | 'ingress',
  title: string,
  judged: readonly Judged[],
  { port }: Way,
  fix: string,
): ConnectionStep {
  const denied = judged.filter(({ allowed }) => allowed === 'no');
  const unknown = judged.filter(({ allowed }) => allowed === 'unknown');
  const counting = denied.length > 0 ? denied : unknown.length > 0 ? unknown : judged;
  const reasons = [...new Set(counting.map(({ reason }) => reason))];
  const evidence = uniqueReasons(counting.flatMap((each) => each.evidence)).slice(0, 6);
  const isPortMistake = counting.some(({ servicePort }) => servicePort);
  const trap = isPortMistake ? `; ${port} is the port of the Service, and policies count the Pods' own` : '';
  const says = `${reasons.slice(0, 2).join('; ')}${trap}`;
  if (denied.length > 0) {
    const isPart = denied.length < judged.length;
    const some = isPart ? `only some of the Pods: ` : '';
    return fails(id, title, {
      says: `${some}${says}`,
      evidence,
      fix,
      seen: isPart ? ['intermittent', 'timeout'] : TIMEOUT,
    });
  }
  if (unknown.length > 0) return open(id, title, { says, evidence, seen: TIMEOUT });
  return ok(id, title, says, evidence);
}

/** The rule that is missing, in words. */
function fixOf(direction: Direction, other: Workload | undefined, backends: readonly Backend[]): string {
  const [first] = backends;
  const ports = [...new Set(backends.flatMap(({ port }) => port ?? []))].join(', ');
  const onPort = ports === '' ? '' : `, port ${ports}`;
  if (direction === 'egress') {
    const peer = first?.kind === 'pods' ? podsText(first.workload) : 'the address';
    return `add an egress rule to ${peer}${onPort}`;
  }
  return `add an ingress rule from ${other === undefined ? 'where the client is' : podsText(other)}${onPort}`;
}

function podsText({ namespace, template }: Workload): string {
  const labels = template.labels === undefined ? 'the Pods' : `Pods ${code(labelsText(template.labels))}`;
  return namespace?.value === undefined ? labels : `${labels} in ${code(namespace.value)}`;
}

function decidersOf({ deciders, direction }: SideAnswer): readonly Reason[] {
  return deciders.map(({ policy, rule, effect, at }) => {
    const name = code(describeResource(policy));
    const what = effect === 'denies' ? `isolates for ${direction}` : effect === 'allows' ? 'allows it' : 'may decide';
    return placed(
      policy.file,
      rule === undefined ? isolatingSpan(policy, direction) : at,
      `${rule === undefined ? name : `rule ${rule.index + 1} of ${name}`} ${what}`,
    );
  });
}

function uniqueReasons(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [`${reason.file} ${reason.start} ${reason.text}`, reason])).values()];
}
