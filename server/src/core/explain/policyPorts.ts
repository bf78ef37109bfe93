import { findPodPort } from '../cluster/endpointPorts.ts';
import type { Direction, NetworkPolicy, PolicyPort, PolicyRule } from '../k8s/networkPolicy.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import { protocolOf, type Service, targetPortOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { areAppliedTogether } from '../rules/shared/appliedTogether.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, plural, podsQuery, titleOf } from './context.ts';
import { code } from './link.ts';
import { isOnHost } from './policyFacts.ts';
import { findReceivers, portText, type Receivers } from './policyText.ts';
import { findSelecting } from './selecting.ts';
import { opaqueVerdict } from './serviceFacts.ts';

/** An entry of a policy rule's `ports`. */
export function explainPolicyPort(
  policy: NetworkPolicy,
  rule: PolicyRule,
  port: PolicyPort,
  direction: Direction,
  context: ExplainContext,
): Card {
  const { settings, unit } = context;
  const receivers = findReceivers(policy, rule, direction, unit);
  const mistaken = findServicePort(rule, port, receivers, context);
  const owner = direction === 'ingress' ? "the policy's own Pods" : 'the Pods it sends to';
  const here = [
    `${portText(port)}: a *container* port of ${owner}${port.protocol === undefined ? ' (TCP by default)' : ''}`,
    ...rangeLine(port),
  ];
  if (mistaken === undefined) here.push(...serviceNotes(port, receivers, context));
  here.push(...receivers.matched.slice(0, 4).map((workload) => openedLine(port, workload)));
  if (receivers.matched.length > 4) here.push(`${plural(receivers.matched.length, 'workload')} in all`);
  if (receivers.possible.length > 0)
    here.push(
      `perhaps ${receivers.matched.length > 0 ? 'also ' : ''}on ${linkSome(receivers.possible)}: not decidable`,
    );
  if (receivers.others) here.push('it may send to Pods or addresses that no manifest here shows');
  const [example] = receivers.matched;
  const isRange = port.endPort !== undefined;
  return {
    title: `${titleOf(policy, settings)} · ${direction} port ${portText(port)}`,
    verdict: gravest([
      opaqueVerdict(policy),
      mistakenVerdict(port, mistaken),
      portVerdict(port, rule, receivers, direction),
    ]),
    here,
    path: 'client → Service port → translated → container port: the policies of both ends see only the last',
    watch: [
      ...(isRange
        ? [
            'the last port counts too; a plugin without ranges may apply `port` alone, or nothing (see its documentation)',
          ]
        : []),
      'a `targetPort` that differs from the Service port is the one to write, or its name',
      'an entry with a protocol alone is every port of that protocol; no entries at all are all ports',
      'DNS needs UDP and TCP 53; DNS Pods of OpenShift listen on 5353',
    ],
    verify: [
      `${kubectl(example ?? policy, settings)} get ${example === undefined ? 'pods' : podsQuery(example)} -o jsonpath='{..containerPort}'`,
    ],
    question: isRange
      ? { ask: 'A range on a named port?', answer: 'Refused by the API server.' }
      : { ask: 'A Service maps 80 to 8080: which port goes into the policy?', answer: '8080, the port of the Pod.' },
  };
}

/** What is certainly wrong about the ports of a policy's rules. */
export function policyPortProblems(
  policy: NetworkPolicy,
  direction: Direction,
  context: ExplainContext,
): readonly Verdict[] {
  if (policy.opaque) return [];
  return (policy[direction]?.rules ?? []).flatMap((rule) => {
    const receivers = findReceivers(policy, rule, direction, context.unit);
    return rule.ports
      .flatMap((port) => [
        mistakenVerdict(port, findServicePort(rule, port, receivers, context)),
        portVerdict(port, rule, receivers, direction),
      ])
      .filter(({ kind }) => kind === 'problem');
  });
}

function mistakenVerdict(port: PolicyPort, mistaken: Mistaken | undefined): Verdict {
  if (mistaken === undefined) return OK;
  return problem(`${mistakenText(port, mistaken)}, which this rule leaves out`);
}

function mistakenText(port: PolicyPort, { service, target }: Mistaken): string {
  return `${port.port?.value} is the *Service* port of ${linkResource(service)}; the policy sees ${target}`;
}

/** `` TCP 8000–8100: 101 ports ``. */
function rangeLine(port: PolicyPort): readonly string[] {
  const [from, to] = [port.port?.value, port.endPort?.value];
  if (typeof from !== 'number' || to === undefined || to < from) return [];
  return [`a range of ${plural(to - from + 1, 'port')}, both ends included`];
}

/** Services in front of the receivers whose own number this is, though they lead elsewhere. */
function serviceNotes(port: PolicyPort, receivers: Receivers, context: ExplainContext): readonly string[] {
  const wanted = port.port?.value;
  if (typeof wanted !== 'number' || port.endPort !== undefined) return [];
  const texts = receivers.matched
    .filter((workload) => !declaresPort(workload, wanted))
    .flatMap((workload) => servicePortsOf(workload, wanted, protocolOf(port), context))
    .map((mistaken) => mistakenText(port, mistaken));
  return [...new Set(texts)].slice(0, 2);
}

function declaresPort({ template }: Workload, number: number): boolean {
  return template.containers.some(
    ({ role, ports }) => role !== 'init' && ports.some(({ containerPort }) => containerPort?.value === number),
  );
}

/** Services that certainly select a workload's Pods and lead from a port of this number to another number. */
function servicePortsOf(
  workload: Workload,
  wanted: number,
  protocol: string | undefined,
  { unit }: ExplainContext,
): readonly Mistaken[] {
  return findSelecting(workload, unit).flatMap(({ resource, verdict }) => {
    if (resource.type !== 'service' || verdict !== 'yes' || areAppliedTogether(unit, workload, resource) === 'no')
      return [];
    return resource.ports.flatMap((candidate) => {
      if (candidate.port?.value !== wanted || protocolOf(candidate) !== protocol) return [];
      const found = findPodPort(workload, targetPortOf(candidate), protocol);
      return 'port' in found && found.port !== wanted ? [{ service: resource, target: found.port }] : [];
    });
  });
}

function openedLine(port: PolicyPort, workload: Workload): string {
  const wanted = port.port?.value;
  const protocol = protocolOf(port);
  if (!port.decided || protocol === undefined || (port.port !== undefined && wanted === undefined))
    return `${linkResource(workload)}: not decidable`;
  if (typeof wanted === 'string') {
    const found = findPodPort(workload, wanted, protocol);
    if (found.kind === 'unknown') return `${linkResource(workload)}: not decidable`;
    return found.kind === 'none'
      ? `${linkResource(workload)} has no ${protocol} port of this name`
      : `${linkResource(workload)}: opens ${'port' in found ? found.port : '?'}${hostNote(workload)}`;
  }
  const opened = workload.template.containers
    .filter(({ role }) => role !== 'init')
    .flatMap(({ ports }) => ports)
    .filter((candidate) => containerProtocolOf(candidate) === protocol && covers(port, candidate.containerPort?.value))
    .map(
      (candidate) =>
        `${candidate.name === undefined ? '' : `${code(candidate.name.value)} `}${candidate.containerPort?.value}`,
    );
  if (opened.length === 0) return `${linkResource(workload)} declares no such port; it may listen all the same`;
  const more = opened.length > 5 ? `, and ${opened.length - 5} more` : '';
  return `${linkResource(workload)}: opens ${opened.slice(0, 5).join(', ')}${more}${hostNote(workload)}`;
}

function hostNote(workload: Workload): string {
  return isOnHost(workload) ? ' (on the host network: most network plugins apply no policy)' : '';
}

function covers(port: PolicyPort, number: number | undefined): boolean {
  const wanted = port.port?.value;
  if (wanted === undefined) return number !== undefined;
  if (typeof wanted === 'string' || number === undefined) return false;
  return port.endPort?.value === undefined ? number === wanted : wanted <= number && number <= port.endPort.value;
}

function portVerdict(port: PolicyPort, rule: PolicyRule, receivers: Receivers, direction: Direction): Verdict {
  const wanted = port.port?.value;
  const end = port.endPort;
  if (
    !port.decided ||
    (port.port !== undefined && wanted === undefined) ||
    (end !== undefined && end.value === undefined) ||
    protocolOf(port) === undefined
  )
    return unknown('it is templated');
  if (end !== undefined && typeof wanted !== 'number') return problem('`endPort` needs a numeric `port`');
  if (end?.value !== undefined && typeof wanted === 'number' && end.value < wanted)
    return problem('`endPort` is smaller than `port`');
  if (typeof wanted !== 'string') return OK;
  if (direction === 'egress' && rule.peers.length === 0 && !rule.peersOpen)
    return unknown('a named port of anyone is read differently by implementations');
  const found = receivers.matched.map((workload) => findPodPort(workload, wanted, protocolOf(port)));
  if (
    found.length > 0 &&
    receivers.possible.length === 0 &&
    !receivers.others &&
    found.every(({ kind }) => kind === 'none')
  )
    return problem(`no Pod that it speaks of has a ${protocolOf(port)} port named ${code(wanted)}`);
  return found.length > 0 && found.every(({ kind }) => kind === 'named')
    ? OK
    : unknown('whether every Pod that it speaks of has this port is not decidable');
}

interface Mistaken {
  readonly service: Service;
  readonly target: number;
}

/**
 * The Service whose port a rule names instead of the Pod's: every receiver declares ports, none of them this one, and a
 * Service in front of one leads from this number to another that the rule leaves out.
 */
function findServicePort(
  rule: PolicyRule,
  port: PolicyPort,
  receivers: Receivers,
  context: ExplainContext,
): Mistaken | undefined {
  const wanted = port.port?.value;
  if (
    typeof wanted !== 'number' ||
    port.endPort !== undefined ||
    receivers.others ||
    receivers.possible.length > 0 ||
    rule.portsOpen
  )
    return undefined;
  const protocol = protocolOf(port);
  const declaresOther = (workload: Workload) => {
    const ports = workload.template.containers
      .filter(({ role }) => role !== 'init')
      .flatMap(({ ports: declared }) => declared);
    const isWhole =
      !workload.opaque &&
      !workload.template.containersOpen &&
      workload.template.containers.every(({ portsOpen }) => !portsOpen);
    return (
      isWhole &&
      workload.maker !== 'custom' &&
      ports.length > 0 &&
      ports.every(({ decided, containerPort }) => decided && containerPort?.value !== wanted)
    );
  };
  if (receivers.matched.length === 0 || !receivers.matched.every(declaresOther)) return undefined;
  for (const workload of receivers.matched) {
    const found = servicePortsOf(workload, wanted, protocol, context).find(
      ({ target }) => !rule.ports.some((other) => allows(other, target, workload)),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function allows(port: PolicyPort, number: number, workload: Workload): boolean {
  const wanted = port.port?.value;
  if (typeof wanted === 'string') {
    const found = findPodPort(workload, wanted, protocolOf(port));
    return found.kind === 'unknown' || ('port' in found && found.port === number);
  }
  return !port.decided || port.port === undefined || wanted === undefined || covers(port, number);
}
