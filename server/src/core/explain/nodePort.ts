import { sameNamespace } from '../cluster/selection.ts';
import { type Service, type ServicePort, serviceTypeOf } from '../k8s/service.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, shellName, titleOf } from './context.ts';
import { code } from './link.ts';
import { findServiceFacts, opaqueVerdict, portLabel, readSlices } from './serviceFacts.ts';

/** A fixed node port. */
export function explainNodePort(service: Service, port: ServicePort, context: ExplainContext): Card {
  const { settings } = context;
  const number = port.nodePort?.value;
  const rivals = number === undefined || number === 0 ? [] : servicesWithNodePort(number, service, context);
  const policy = service.externalTrafficPolicy;
  const here = [
    number === undefined
      ? 'the number is templated'
      : number === 0
        ? '0 asks for a number that is assigned at creation'
        : `port ${number} on every node → ${portLabel(port)}`,
    ...rivals.map((rival) => `${linkResource(rival)} asks for the same number`),
    `externalTrafficPolicy ${policy === undefined ? 'Cluster (default)' : (policy.value ?? 'not decidable')}`,
  ];
  return {
    title: `${titleOf(service, settings)} · nodePort ${code(String(number ?? '?'))}`,
    verdict: gravest([opaqueVerdict(service), nodePortVerdict(service, port, context)]),
    here,
    path: 'client → node IP:nodePort → a ready Pod on any node (Cluster; source usually rewritten) or on that node alone (Local)',
    watch: [
      'one pool of numbers for the whole cluster: no other Service can have this one; the same Service may use it once per protocol',
      "the range is the cluster's setting; 30000–32767, its default, is assumed",
    ],
    verify: [number === undefined || number === 0 ? 'kubectl get svc -A' : `kubectl get svc -A | grep ${number}`],
    question: {
      ask: 'Why avoid fixed node ports?',
      answer: 'They come from one pool for the whole cluster, so two charts collide.',
    },
  };
}

/** Whether the API server can give the Service this node port. */
export function nodePortVerdict(service: Service, port: ServicePort, context: ExplainContext): Verdict {
  const number = port.nodePort?.value;
  const type = serviceTypeOf(service);
  if (type === 'ClusterIP' && number !== 0)
    return problem('a ClusterIP Service may not have a node port: the API server refuses it');
  if (type === undefined || number === undefined) return unknown('the manifest does not decide it');
  const [rival] = number === 0 ? [] : servicesWithNodePort(number, service, context);
  if (rival !== undefined && !rival.opaque)
    return problem(`${linkResource(rival)} has the same node port: the second one is refused`);
  if (rival !== undefined) return unknown(`${linkResource(rival)} may have the same node port`);
  return number !== 0 && (number < 30000 || number > 32767) ? unknown('outside the default range 30000–32767') : OK;
}

function servicesWithNodePort(number: number, service: Service, { unit }: ExplainContext): readonly Service[] {
  return [...unit.index.ofType('service')].filter(
    (other) =>
      other !== service &&
      !isSame(other, service) &&
      ['NodePort', 'LoadBalancer'].includes(serviceTypeOf(other) ?? '') &&
      other.ports.some((port) => port.nodePort?.value === number),
  );
}

function isSame(a: Service, b: Service): boolean {
  return (
    a.name?.value !== undefined && a.name.value === b.name?.value && sameNamespace(a.namespace, b.namespace) !== 'no'
  );
}

/** `externalTrafficPolicy`. */
export function explainTrafficPolicy(service: Service, context: ExplainContext): Card {
  const { settings } = context;
  const value = service.externalTrafficPolicy?.value;
  const facts = findServiceFacts(service, context);
  const here = [...facts.selectorLines.slice(0, 3)];
  if (value === 'Local')
    here.unshift(
      'Local: a node without a ready Pod of these drops the traffic (*timeout*); the client address is kept',
    );
  if (value === 'Cluster')
    here.unshift(
      'Cluster: any node answers, perhaps with a second hop; Pods see an address of a node instead of the client',
    );
  return {
    title: `${titleOf(service, settings)} · externalTrafficPolicy ${code(value ?? '?')}`,
    verdict: gravest([opaqueVerdict(service), trafficPolicyVerdict(service)]),
    here,
    path: 'Cluster: any node → perhaps a second node → Pod · Local: that node → its own Pod only',
    watch: [
      'it governs node ports, external IPs and load balancer IPs; traffic to the ClusterIP follows `internalTrafficPolicy`',
      'with Local the balancer must honour `healthCheckNodePort`, and load is uneven across Pods',
    ],
    verify: [
      `${kubectl(service, settings)} get svc ${shellName(service.name)} -o jsonpath='{.spec.externalTrafficPolicy} {.spec.healthCheckNodePort}'`,
      ...readSlices(service, context).slice(1),
    ],
    question: { ask: 'What does Local cost?', answer: "Uneven load, and dependence on the balancer's health checks." },
  };
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
