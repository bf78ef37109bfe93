import { findPodPort } from '../cluster/endpointPorts.ts';
import type { Direction, NetworkPolicy, PolicyPort, PolicyRule } from '../k8s/networkPolicy.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import { protocolOf, type Service, targetPortOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { areAppliedTogether } from '../rules/shared/appliedTogether.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, plural, podsQuery, titleOf } from './context.ts';
import { code } from './link.ts';
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
  const here = [
    `${portText(port)} on the ${direction === 'ingress' ? "policy's own Pods" : 'Pods it sends to'}${port.protocol === undefined ? ' (protocol by default)' : ''}`,
  ];
  if (mistaken !== undefined)
    here.push(`${linkResource(mistaken.service)} leads from ${port.port?.value} to ${mistaken.target} on its Pods`);
  else here.push(...receivers.matched.slice(0, 4).map((workload) => openedLine(port, workload)));
  if (receivers.matched.length > 4) here.push(`${plural(receivers.matched.length, 'workload')} in all`);
  if (receivers.possible.length > 0) here.push(`perhaps also on ${linkSome(receivers.possible)}: not decidable`);
  if (receivers.others) here.push('receivers that no manifest shows are not decidable');
  const [example] = receivers.matched;
  const isRange = port.endPort !== undefined;
  return {
    title: `${titleOf(policy, settings)} · ${direction} port ${code(portText(port))}`,
    verdict: gravest([
      opaqueVerdict(policy),
      mistakenVerdict(port, mistaken),
      portVerdict(port, rule, receivers, direction),
    ]),
    here,
    path: 'both ends check the Pod port, after Service translation; the Service port is never seen',
    watch: [
      ...(isRange ? ['a range needs a numeric `port`; some network plugins do not support ranges'] : []),
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
  const [from, to] = [code(String(port.port?.value)), code(String(mistaken.target))];
  return problem(
    `${from} is the Service port of ${linkResource(mistaken.service)}; its Pods listen on ${to}, which the rule leaves out`,
  );
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
      : `${linkResource(workload)}: opens ${'port' in found ? found.port : '?'}`;
  }
  const opened = workload.template.containers
    .filter(({ role }) => role !== 'init')
    .flatMap(({ ports }) => ports)
    .filter((candidate) => containerProtocolOf(candidate) === protocol && covers(port, candidate.containerPort?.value))
    .map(
      (candidate) =>
        `${candidate.name === undefined ? '' : `${code(candidate.name.value)} `}${candidate.containerPort?.value}`,
    );
  return `${linkResource(workload)}: ${opened.length === 0 ? 'no declared port, which may be fine' : `opens ${opened.slice(0, 5).join(', ')}`}`;
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
    return problem(`no Pod that is meant has a ${protocolOf(port)} port named ${code(wanted)}`);
  return found.length > 0 && found.every(({ kind }) => kind === 'named')
    ? OK
    : unknown('whether every Pod that is meant has this port is not decidable');
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
    for (const { resource, verdict } of findSelecting(workload, context.unit)) {
      if (resource.type !== 'service' || verdict !== 'yes') continue;
      if (areAppliedTogether(context.unit, workload, resource) === 'no') continue;
      for (const candidate of resource.ports) {
        if (candidate.port?.value !== wanted || protocolOf(candidate) !== protocol) continue;
        const found = findPodPort(workload, targetPortOf(candidate), protocol);
        if (!('port' in found) || found.port === wanted) continue;
        if (!rule.ports.some((other) => allows(other, found.port, workload)))
          return { service: resource, target: found.port };
      }
    }
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
