import { findPodPort } from '../cluster/endpointPorts.ts';
import { protocolOf, type Service, targetPortOf } from '../k8s/service.ts';
import type { Container, Probe, Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, podsQuery, titleOf } from './context.ts';
import { code } from './link.ts';
import { findSelecting } from './selecting.ts';
import { opaqueVerdict } from './serviceFacts.ts';

/** A probe, or a hook that asks a port. */
export function explainProbe(workload: Workload, container: Container, probe: Probe, context: ExplainContext): Card {
  const { settings } = context;
  const wanted = probe.port?.value;
  const declared = container.ports.find((port) => port.name?.value === wanted || port.containerPort?.value === wanted);
  const number = typeof wanted === 'number' ? wanted : declared?.containerPort?.value;
  const services = findSelecting(workload, context.unit).flatMap(({ resource, verdict }) =>
    resource.type === 'service' && verdict === 'yes' ? [resource] : [],
  );
  const here = [
    `${probe.handler} on ${wanted === undefined ? 'a port that is not decidable' : code(String(wanted))}${probe.path?.value === undefined ? '' : ` ${code(probe.path.value)}`} → ${number === undefined ? 'no number' : `Pod IP:${number}`}${declared === undefined && number !== undefined ? ' (declared by no port of this container, which may be fine)' : ''}`,
  ];
  if (probe.field === 'readinessProbe') {
    here.push(
      services.length === 0
        ? 'no Service here certainly selects these Pods'
        : `gates the endpoints of ${linkSome(services)}`,
    );
    for (const service of services) here.push(...trafficLines(service, workload, number));
    const published = services.filter((service) => service.publishNotReadyAddresses?.value === true);
    if (published.length > 0) here.push(`${linkSome(published)} publishes Pods that are not ready, too`);
  }
  return {
    title: `${titleOf(workload, settings)} · ${probe.field} of ${container.name === undefined ? 'a container' : code(container.name.value)}`,
    verdict: gravest([opaqueVerdict(workload), probeVerdict(container, probe)]),
    here,
    path: PROBE_PATHS[probe.field],
    watch: PROBE_NOTES[probe.field],
    verify: [
      ...services
        .filter(({ name }) => name?.value !== undefined && /^[a-z0-9-]+$/.test(name.value))
        .slice(0, 1)
        .map(
          ({ name }) =>
            `${kubectl(workload, settings)} get endpointslices -l kubernetes.io/service-name=${name?.value} -o jsonpath='{..conditions}'`,
        ),
      `${kubectl(workload, settings)} describe ${podsQuery(workload)}`,
    ],
    question: {
      ask: 'Liveness or readiness?',
      answer: 'Liveness restarts the container; readiness takes the Pod out of rotation and restarts nothing.',
    },
  };
}

const PROBE_PATHS: Readonly<Record<Probe['field'], string>> = {
  readinessProbe: 'kubelet of the same node → Pod; result → Pod condition Ready → `conditions.ready` in the slice',
  livenessProbe: 'kubelet of the same node → Pod; failures → the container is restarted',
  startupProbe: 'kubelet of the same node → Pod; until it passes, the other probes wait',
  postStart: 'kubelet → container, right after its start',
  preStop: 'kubelet → container, before it is told to stop',
};

const PROBE_NOTES: Readonly<Record<Probe['field'], readonly string[]>> = {
  readinessProbe: [
    'no probe at all: a Pod is ready as soon as its containers run',
    'a Pod that is not ready stays in the slice, with `ready: false`',
    "a NetworkPolicy does not block probes from the Pod's own node",
  ],
  livenessProbe: [
    'it does not take the Pod out of rotation: that is the readinessProbe',
    'a named port is looked up in the same container only',
  ],
  startupProbe: [
    'a failure at the end of its attempts restarts the container',
    'a named port is looked up in the same container only',
  ],
  postStart: ['a failure kills the container', 'a named port is looked up in the same container only'],
  preStop: [
    'it runs inside the grace period; endpoints are withdrawn meanwhile',
    'a named port is looked up in the same container only',
  ],
};

/** Whether a probe can pass, as far as its port decides. A name is looked up in the same container, whatever its protocol. */
export function probeVerdict(container: Container, probe: Probe): Verdict {
  const wanted = probe.port?.value;
  if (wanted === undefined) return probe.port === undefined ? OK : unknown('its port is templated');
  if (typeof wanted === 'number') return OK;
  if (probe.handler === 'grpc') return problem('a grpc probe takes a port number only');
  if (container.ports.some((port) => port.name?.value === wanted)) return OK;
  if (container.portsOpen || container.ports.some((port) => !port.decided))
    return unknown(`whether this container has a port named ${code(wanted)} is not decidable`);
  return problem(`no port of this container is named ${code(wanted)}: the probe can never pass`);
}

function trafficLines(service: Service, workload: Workload, probed: number | undefined): readonly string[] {
  if (probed === undefined) return [];
  const numbers = service.ports.map((port) => findPodPort(workload, targetPortOf(port), protocolOf(port)));
  const known = numbers.flatMap((found) => ('port' in found ? [found.port] : []));
  if (known.length < numbers.length || known.length === 0) return [];
  return known.includes(probed)
    ? [`${linkResource(service)} sends traffic to the probed port ${probed}`]
    : [`${linkResource(service)} sends traffic to ${known.join(', ')}, not to the probed port ${probed}`];
}
