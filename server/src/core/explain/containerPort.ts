import { findPodPort } from '../cluster/endpointPorts.ts';
import type { PolicyPort } from '../k8s/networkPolicy.ts';
import { type ContainerPort, containerProtocolOf, findPort } from '../k8s/ports.ts';
import { protocolOf, type Service, targetPortOf } from '../k8s/service.ts';
import type { Container, Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, unknown } from './card.ts';
import { type ExplainContext, kubectl, linkResource, podsQuery, titleOf } from './context.ts';
import { code, linkTo } from './link.ts';
import { findSelecting } from './selecting.ts';
import { opaqueVerdict, portLabel } from './serviceFacts.ts';

/** The declared ports of a container, each with what uses it; a single one as {@link explainContainerPort} does. */
export function explainContainerPorts(
  workload: Workload,
  container: Container,
  context: ExplainContext,
): Card | undefined {
  const cards = container.ports.map((port) => explainContainerPort(workload, container, port, context));
  const [first, ...others] = cards;
  if (first === undefined || others.length === 0) return first;
  const here = container.ports.map((port, index) => {
    const name = port.name === undefined ? '' : `${code(port.name.value)} `;
    return `${name}${port.containerPort?.value ?? '?'}: ${cards[index]?.here.join('; ') ?? ''}`;
  });
  const title = `${titleOf(workload, context.settings)} · ports of container ${code(container.name?.value ?? '?')}`;
  return { ...first, title, verdict: gravest(cards.map(({ verdict }) => verdict)), here, path: PATH };
}

/** A declared port of a container. */
export function explainContainerPort(
  workload: Workload,
  container: Container,
  port: ContainerPort,
  context: ExplainContext,
): Card {
  const { settings } = context;
  const name = port.name?.value;
  const number = port.containerPort?.value;
  const here: string[] = [];
  const selecting = findSelecting(workload, context.unit);
  for (const { resource, verdict } of selecting) {
    if (resource.type === 'service') {
      here.push(...serviceUses(resource, workload, port, verdict === 'yes'));
    } else if (resource.type === 'networkPolicy') {
      const ports = resource.ingress?.rules.flatMap((rule) => rule.ports) ?? [];
      if (ports.some((candidate) => opens(candidate, port)))
        here.push(`${verdict === 'yes' ? '' : 'perhaps '}opened by ${linkResource(resource)}`);
    }
  }
  for (const probe of container.probes) {
    if (probe.port?.value !== undefined && (probe.port.value === number || probe.port.value === name))
      here.push(`${linkTo(probe.field, { file: workload.file, offset: probe.start })} asks it`);
  }
  if (here.length === 0) here.push('nothing in these manifests uses it by name or number');
  if (container.role === 'init')
    here.push('this init container has ended before traffic arrives: its port names are looked up by nobody');
  const rival =
    name === undefined ? undefined : findPort(workload.template.containers, name, containerProtocolOf(port) ?? 'TCP');
  if (rival?.kind === 'named' && rival.declaration !== port && container.role !== 'init')
    here.push(`the same name stands in container ${code(rival.owner.name?.value ?? '?')}, which wins`);
  const protocol = containerProtocolOf(port);
  return {
    title: `${titleOf(workload, settings)} · container port ${name === undefined ? '' : `${code(name)} `}${number ?? '?'}/${protocol ?? '?'}`,
    verdict: gravest([
      opaqueVerdict(workload),
      port.decided && number !== undefined ? OK : unknown('a part of it is templated'),
    ]),
    here,
    path: `Pod IP:${number ?? '?'} → the process that listens there, whether it is declared or not`,
    watch: [
      'a declaration opens nothing and closes nothing; it gives the number a name',
      'a name is unique in the Pod, of 15 characters at most, and found together with its protocol',
      'an application bound to 127.0.0.1 answers *refused* all the same',
      ...(port.hostPort === undefined ? [] : ['`hostPort` lets one such Pod run per node and address']),
    ],
    verify: [`${kubectl(workload, settings)} get ${podsQuery(workload)} -o jsonpath='{..containerPort}'`],
    question: { ask: 'Delete this declaration: is the port still reachable?', answer: 'By number yes, by name no.' },
  };
}

function serviceUses(service: Service, workload: Workload, port: ContainerPort, sure: boolean): readonly string[] {
  return service.ports.flatMap((candidate) => {
    const target = targetPortOf(candidate);
    const found = findPodPort(workload, target, protocolOf(candidate));
    const isUsed =
      found.kind === 'named' ? found.declaration === port : found.kind === 'number' && found.declared?.port === port;
    if (!isUsed) return [];
    return [
      `${sure ? '' : 'perhaps '}reached by ${linkResource(service)} ${portLabel(candidate)} as ${code(String(target))}`,
    ];
  });
}

function opens(rulePort: PolicyPort, port: ContainerPort): boolean {
  const wanted = rulePort.port?.value;
  if (!rulePort.decided || protocolOf(rulePort) !== containerProtocolOf(port)) return false;
  const number = port.containerPort?.value;
  if (typeof wanted === 'string') return wanted === port.name?.value;
  if (wanted === undefined) return rulePort.port === undefined;
  if (number === undefined) return false;
  return rulePort.endPort?.value === undefined
    ? wanted === number
    : wanted <= number && number <= rulePort.endPort.value;
}

const PATH = 'Pod IP:port → the process that listens there, whether it is declared or not';
