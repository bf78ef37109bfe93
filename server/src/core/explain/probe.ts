import { findPodPort } from '../cluster/endpointPorts.ts';
import { portNamesOf } from '../k8s/ports.ts';
import { protocolOf, type Service, targetPortOf } from '../k8s/service.ts';
import type { Container, Probe, Workload } from '../k8s/workload.ts';
import { type Card, gravest } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, podsQuery, titleOf } from './context.ts';
import { code } from './link.ts';
import { probeVerdict } from './readiness.ts';
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
  const path = probe.path?.value === undefined ? '' : ` ${code(probe.path.value)}`;
  const port = wanted === undefined ? 'a port that is not decidable' : `port ${code(String(wanted))}`;
  const end = number === undefined ? '' : ` → Pod IP:${number}`;
  const undeclared =
    declared === undefined && number !== undefined ? ' (declared by no port of this container, which may be fine)' : '';
  const here = [`${probe.handler}${path} on ${port}${end}${undeclared}`];
  const names = portNamesOf([container]).map(({ name }) => code(name.value));
  const fault =
    typeof wanted === 'string' && declared === undefined
      ? [`ports of this container: ${names.length === 0 ? 'none with a name' : names.join(', ')}`]
      : [];
  if (probe.field === 'readinessProbe') {
    here.push(
      services.length === 0
        ? 'no Service in these manifests certainly selects these Pods'
        : `gates the endpoints of ${linkSome(services)}`,
    );
    for (const service of services) here.push(...trafficLines(service, workload, number));
    const published = services.filter((service) => service.publishNotReadyAddresses?.value === true);
    if (published.length > 0)
      here.push(
        `${linkSome(published)} ${published.length === 1 ? 'sends' : 'send'} traffic to Pods that are not ready, too`,
      );
  }
  return {
    title: `${titleOf(workload, settings)} · ${probe.field} of ${container.name === undefined ? 'a container' : code(container.name.value)}`,
    verdict: gravest([opaqueVerdict(workload), probeVerdict(container, probe)]),
    fault,
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
      answer: 'A failed liveness probe restarts the container; a failed readiness probe takes the Pod out of rotation.',
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
    'no probe at all: a Pod is ready as soon as its containers run; a probe of another port than that of the traffic proves little',
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

function trafficLines(service: Service, workload: Workload, probed: number | undefined): readonly string[] {
  if (probed === undefined) return [];
  const numbers = service.ports.map((port) => findPodPort(workload, targetPortOf(port), protocolOf(port)));
  const known = numbers.flatMap((found) => ('port' in found ? [found.port] : []));
  if (known.length < numbers.length || known.length === 0) return [];
  return known.includes(probed)
    ? [`${linkResource(service)} sends traffic to the probed port ${probed}`]
    : [`${linkResource(service)} sends traffic to ${known.join(', ')}, not to the probed port ${probed}`];
}
