import { type Service, serviceTypeOf } from '../k8s/service.ts';
import { isJob, replicasOf } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, plural, shellName, titleOf } from './context.ts';
import { code } from './link.ts';
import { findServiceFacts, opaqueVerdict, readSlices, type ServiceFacts } from './serviceFacts.ts';

/** `externalTrafficPolicy`. */
export function explainTrafficPolicy(service: Service, context: ExplainContext): Card {
  const { settings } = context;
  const facts = findServiceFacts(service, context);
  return {
    title: `${titleOf(service, settings)} · externalTrafficPolicy ${code(service.externalTrafficPolicy?.value ?? '?')}`,
    verdict: gravest([opaqueVerdict(service), trafficPolicyVerdict(service)]),
    here: [...trafficPolicyLines(service, facts), ...facts.selectorLines.slice(0, 3)],
    path: 'Cluster: any node → perhaps a second node → Pod · Local: that node → its own Pod only',
    watch: [
      'it governs node ports, external IPs and load balancer IPs; traffic to the ClusterIP follows `internalTrafficPolicy`',
      'with Local the balancer must honour `healthCheckNodePort`, and load is uneven when nodes hold different numbers of Pods',
    ],
    verify: [
      `${kubectl(service, settings)} get svc ${shellName(service.name)} -o jsonpath='{.spec.externalTrafficPolicy} {.spec.healthCheckNodePort}'`,
      ...readSlices(service, context).slice(1),
    ],
    question: { ask: 'What does Local cost?', answer: "Uneven load, and dependence on the balancer's health checks." },
  };
}

/** What the policy, written or by default, means for this Service. */
export function trafficPolicyLines(service: Service, { selection }: ServiceFacts): readonly string[] {
  const field = service.externalTrafficPolicy;
  const value = field === undefined ? 'Cluster' : field.value;
  if (value !== 'Local' && value !== 'Cluster') return [];
  const name = `externalTrafficPolicy ${value}${field === undefined ? ' (default)' : ''}`;
  if (value === 'Cluster')
    return [`${name}: any node answers; Pods usually see a node's address instead of the client's`];
  const counts = selection.matched.filter((workload) => !isJob(workload)).map(replicasOf);
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const isCounted =
    counts.length > 0 && selection.possible.length === 0 && counts.every((count) => count !== undefined);
  const nodes = isCounted && total > 0 ? `; ${plural(total, 'Pod')} can serve on ${plural(total, 'node')} at most` : '';
  const health = service.healthCheckNodePort?.value;
  return [
    `${name}: a node without a ready Pod drops the traffic (*timeout*); Pods see the client's address${nodes}`,
    ...(serviceTypeOf(service) === 'LoadBalancer'
      ? [
          `balancers find such nodes by ${health === undefined ? 'a `healthCheckNodePort` that is assigned' : `\`healthCheckNodePort\` ${health}`}`,
        ]
      : []),
  ];
}

/** Whether the API server takes the Service's `externalTrafficPolicy`. */
export function trafficPolicyVerdict(service: Service): Verdict {
  const type = serviceTypeOf(service);
  const value = service.externalTrafficPolicy?.value;
  if (type === undefined || value === undefined) return unknown('the manifest does not decide it');
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || service.externalIPs.length > 0;
  if (!isExternal)
    return problem('the API server refuses `externalTrafficPolicy` on a Service that is not reachable from outside');
  return value === 'Local' || value === 'Cluster' ? OK : problem(`${code(value)} is neither \`Cluster\` nor \`Local\``);
}

/** `internalTrafficPolicy`. */
export function explainInternalTrafficPolicy(service: Service, context: ExplainContext): Card {
  const { settings } = context;
  const value = service.internalTrafficPolicy?.value;
  const facts = findServiceFacts(service, context);
  const meaning =
    value === 'Local'
      ? [
          'Local: only Pods on the same node as the client answer; on a node without one, traffic to the ClusterIP is dropped',
        ]
      : value === 'Cluster'
        ? ['Cluster: every ready Pod may answer, whatever its node; this is the default']
        : [];
  return {
    title: `${titleOf(service, settings)} · internalTrafficPolicy ${code(value ?? '?')}`,
    verdict: gravest([
      opaqueVerdict(service),
      value === undefined
        ? unknown('it is templated')
        : meaning.length > 0
          ? OK
          : problem(`${code(value)} is neither \`Cluster\` nor \`Local\``),
    ]),
    here: [...meaning, ...facts.selectorLines.slice(0, 3)],
    path: 'Pod → virtual IP → ready Pod on any node (Cluster) or on the same node alone (Local)',
    watch: ['it governs traffic to the ClusterIP; traffic from outside follows `externalTrafficPolicy`'],
    verify: readSlices(service, context),
    question: {
      ask: 'What is Local for?',
      answer: 'For agents that run once per node, as a DaemonSet does: each client asks the one of its own node.',
    },
  };
}
