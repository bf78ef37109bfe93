import type { Side } from '../../cluster/policy.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { answerSide, judgeConnection } from '../../cluster/reach.ts';
import type { Reason } from '../../cluster/reason.ts';
import { labelsText, type Ternary } from '../../k8s/labels.ts';
import type { Direction } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { joinWords } from '../context.ts';
import { code } from '../link.ts';
import { judgeController } from './controller.ts';
import { decidersOf } from './deciders.ts';
import { type Backend, type ConnectionStep, fails, ok, open, placed, type Source } from './model.ts';
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
  readonly service: Service | undefined;
}

const SEEN_AS_NODE =
  'blocks of addresses decide, and with `externalTrafficPolicy: Cluster` the policies usually see the address of a node in place of the client';

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
    const { unit, workload, port } = backend;
    const stranger =
      from.kind === 'ingress'
        ? judgeController(unit, from.ingress, workload, way.protocol, port)
        : judgeStranger(unit, workload, 'ingress', 'address', way.protocol, port);
    if (from.kind === 'ingress' || from.address === undefined || stranger.allowed !== 'unknown')
      return { backend, servicePort: false, ...stranger };
    if (way.service !== undefined && way.service.externalTrafficPolicy?.value !== 'Local')
      return { backend, servicePort: false, ...stranger, reason: SEEN_AS_NODE };
    const { ingress } = judgeConnection({ kind: 'address', address: from.address }, backend);
    return judge(ingress, backend, way);
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

function uniqueReasons(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [`${reason.file} ${reason.start} ${reason.text}`, reason])).values()];
}
