import type { ResolvedServicePort } from '../cluster/endpointPorts.ts';
import { isHeadless, type Service, type ServicePort, selectsPods, serviceTypeOf } from '../k8s/service.ts';
import { type Card, gravest, OK } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, shellName, titleOf } from './context.ts';
import { code } from './link.ts';
import {
  declaredPortsText,
  findServiceFacts,
  ingressesTo,
  opaqueVerdict,
  podPortText,
  portLabel,
  portVerdict,
} from './serviceFacts.ts';
import { explainExternalName } from './serviceType.ts';

/** A port of a Service, by its `port`, `targetPort`, name or protocol. */
export function explainServicePort(
  service: Service,
  port: ServicePort,
  field: 'port' | 'targetPort',
  context: ExplainContext,
): Card {
  const { settings } = context;
  if (serviceTypeOf(service) === 'ExternalName') return explainExternalName(service, context);
  const facts = findServiceFacts(service, context);
  const resolved = facts.ports.find((candidate) => candidate.port === port);
  const target = resolved?.target;
  const label = portLabel(port);
  const here = [
    `${label} → targetPort ${target === undefined ? 'not decidable' : code(String(target))}${port.targetPort === undefined ? ' (by default the same)' : ''}`,
  ];
  here.push(...targetLines(service, port, resolved));
  if (facts.selection.matched.length === 0) here.push(...facts.selectorLines);
  if (isHeadless(service))
    here.push('headless: clients of A and AAAA records never see `targetPort`, SRV records and slices carry it');
  if (port.protocol === undefined) here.push('protocol TCP (default)');
  const callers = ingressesTo(service, context).filter((ingress) =>
    ingress.backends.some(
      (backend) =>
        backend.service?.value === service.name?.value &&
        backend.port?.value !== undefined &&
        (backend.port.value === port.port?.value || backend.port.value === port.name?.value),
    ),
  );
  if (callers.length > 0) here.push(`used by ${linkSome(callers)}`);
  const numbers = [...new Set((resolved?.on ?? []).map(({ found }) => ('port' in found ? found.port : '?')))];
  const to = numbers.length === 0 ? (target ?? '?') : numbers.join(' or ');
  const end = selectsPods(service) ? `Pod IP:${to}` : 'address and port of a hand-written endpoint';
  return {
    title: `${titleOf(service, settings)} · ${field} ${code(String((field === 'port' ? port.port?.value : target) ?? '?'))}`,
    verdict: gravest([
      opaqueVerdict(service),
      resolved === undefined ? OK : portVerdict(resolved),
      facts.selectorVerdict,
      facts.readiness.verdict,
    ]),
    fault: [...facts.faultLines, ...facts.readiness.lines],
    here,
    path: isHeadless(service)
      ? `Pod IP:${port.port?.value ?? '?'}, as the client picks it: no translation`
      : `virtual IP:${port.port?.value ?? '?'} → ${end}`,
    watch: [
      'a *name* is looked up on each Pod among container ports of the same protocol; one that is not found leaves a slice that looks full and carries no port',
      'a *number* needs no declaration; an application bound to 127.0.0.1 still answers *refused*',
      'NetworkPolicies see the Pod port, never the Service port',
    ],
    verify: [
      `${kubectl(service, settings)} get endpointslices -l kubernetes.io/service-name=${shellName(service.name)} -o jsonpath='{..ports}'`,
    ],
    question: {
      ask: 'port, targetPort, nodePort, containerPort?',
      answer: "The Service's port; the Pod's port; a port of every node; the declaration and name of a Pod port.",
    },
  };
}

function targetLines(
  service: Service,
  port: ServicePort,
  resolved: ResolvedServicePort | undefined,
): readonly string[] {
  if (resolved === undefined || !selectsPods(service)) {
    const name =
      port.name?.value === undefined || port.name.value === '' ? 'without a name' : `named ${code(port.name.value)}`;
    return [`no selector: not \`targetPort\` counts but the port ${name} of the hand-written endpoints`];
  }
  const lines = resolved.on.map((podPort) =>
    podPort.found.kind === 'none'
      ? `on ${linkResource(podPort.workload)}: ${declaredPortsText(podPort.workload)}`
      : podPort.found.kind === 'unknown'
        ? podPortText(podPort)
        : `on ${linkResource(podPort.workload)}: ${podPortText(podPort)}${probeText(podPort, podPort.found.port)}`,
  );
  const perhaps = resolved.perhapsOn.map(({ workload }) => workload);
  if (perhaps.length > 0)
    lines.push(`perhaps ${resolved.on.length > 0 ? 'also ' : ''}on ${linkSome(perhaps)}: not decidable`);
  return lines;
}

function probeText({ workload }: ResolvedServicePort['on'][number], number: number): string {
  const probes = workload.template.containers.flatMap((container) =>
    container.probes
      .filter((probe) => probe.field === 'readinessProbe')
      .map((probe) => {
        const port = probe.port?.value;
        return typeof port === 'string'
          ? container.ports.find((candidate) => candidate.name?.value === port)?.containerPort?.value
          : port;
      }),
  );
  const known = probes.filter((port) => port !== undefined);
  if (known.length === 0 || known.length < probes.length) return '';
  return known.includes(number) ? ', readiness probed' : `, readiness probes ${known.join(', ')} instead`;
}
