import { sameNamespace } from '../cluster/selection.ts';
import { type Service, type ServicePort, serviceTypeOf } from '../k8s/service.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, linkResource, titleOf } from './context.ts';
import { code } from './link.ts';
import { findServiceFacts, opaqueVerdict, portLabel } from './serviceFacts.ts';
import { trafficPolicyLines } from './trafficPolicy.ts';

/** A fixed node port. */
export function explainNodePort(service: Service, port: ServicePort, context: ExplainContext): Card {
  const { settings } = context;
  const number = port.nodePort?.value;
  const rivals = number === undefined || number === 0 ? [] : servicesWithNodePort(number, service, context);
  const facts = findServiceFacts(service, context);
  const ends = facts.portLines[service.ports.indexOf(port)] ?? portLabel(port);
  const here = [
    number === undefined
      ? 'the number is not decidable'
      : number === 0
        ? '0 asks for a number that is assigned at creation'
        : `port ${number} on every node → ${ends}`,
    ...(number === undefined || number === 0 ? [] : [bandLine(number)]),
    ...trafficPolicyLines(service, facts),
  ];
  return {
    title: `${titleOf(service, settings)} · nodePort ${code(String(number ?? '?'))}`,
    verdict: gravest([opaqueVerdict(service), nodePortVerdict(service, port, context)]),
    fault: rivals.map((rival) => `${linkResource(rival)} asks for the same number`),
    here,
    path: 'client → node IP:nodePort → a ready Pod on any node (Cluster; source usually rewritten) or on that node alone (Local)',
    watch: [
      'one pool of numbers for the whole cluster: no other Service can have this one; the same Service may use it once per protocol',
      'the range is a setting of the API server (`--service-node-port-range`); its default is assumed here',
      'a number that is left out is assigned from the upper part of the range',
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
  return number !== 0 && !isInRange(number)
    ? unknown(
        `${number} is outside ${FIRST}–${LAST}, the default range: an API server with that range refuses the Service`,
      )
    : OK;
}

/** The default of `--service-node-port-range`. */
const FIRST = 30000;
const LAST = 32767;

/**
 * The last number of the lower part of the default range, of which numbers are assigned only when the upper part is full: the
 * size of the part is a 32nd of the range, at least 16 and at most 128.
 * Source: https://kubernetes.io/docs/concepts/services-networking/service/#avoid-nodeport-collisions
 */
const LAST_STATIC = FIRST + 85;

function isInRange(number: number): boolean {
  return FIRST <= number && number <= LAST;
}

function bandLine(number: number): string {
  if (!isInRange(number)) return `only a cluster whose range was changed takes it; ${FIRST}–${LAST} is the default`;
  return number <= LAST_STATIC
    ? `in the lower part of the default range, ${FIRST}–${LAST_STATIC}, which is kept for fixed numbers`
    : `in the default range ${FIRST}–${LAST}, but above ${LAST_STATIC}: the number may have been assigned to another Service already`;
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
