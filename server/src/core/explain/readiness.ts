import type { Selection } from '../cluster/selection.ts';
import type { Service } from '../k8s/service.ts';
import { type Container, isJob, type Probe, replicasOf, type Workload } from '../k8s/workload.ts';
import { OK, problem, unknown, type Verdict } from './card.ts';
import { linkResource, linkSome } from './context.ts';
import { code, linkTo } from './link.ts';

/** Whether a Service gets a ready endpoint, as far as the numbers of Pods and the ports of their probes decide. */
export interface Readiness {
  readonly verdict: Verdict;
  /** Why Pods stay out of rotation. */
  readonly lines: readonly string[];
}

/** The readiness of the Pods that a Service selects; Pods of Jobs are no lasting endpoints and count for nothing. */
export function findReadiness(service: Service, { matched, possible }: Selection): Readiness {
  const lasting = matched.filter((workload) => !isJob(workload));
  const wanted = lasting.filter((workload) => replicasOf(workload) !== 0);
  if (lasting.length > 0 && wanted.length === 0 && possible.length === 0)
    return { verdict: unknown(`${linkSome(lasting)} asks for no Pod (\`replicas: 0\`)`), lines: [] };
  if (service.publishNotReadyAddresses?.value !== undefined && service.publishNotReadyAddresses.value)
    return { verdict: OK, lines: [] };
  const blocked = wanted.map((workload) => ({ workload, gate: findGate(workload) }));
  const never = blocked.filter(({ gate }) => gate?.sure === true);
  const lines = blocked.flatMap(({ workload, gate }) => (gate === undefined ? [] : [gateLine(workload, gate)]));
  const open = service.publishNotReadyAddresses !== undefined || service.opaque;
  if (never.length > 0 && never.length === wanted.length && possible.length === 0 && !open)
    return { verdict: problem('its Pods never become ready, so it has no ready endpoint'), lines };
  const [first] = never.length > 0 ? never : blocked.filter(({ gate }) => gate !== undefined);
  if (first === undefined) return { verdict: OK, lines };
  const name = linkResource(first.workload);
  return {
    verdict: unknown(
      never.length > 0
        ? `Pods of ${name} never become ready`
        : `whether Pods of ${name} become ready depends on a port that they do not declare`,
    ),
    lines,
  };
}

/** A probe that keeps Pods from being ready: certainly, or unless something listens on a port that none declares. */
interface Gate {
  readonly container: Container;
  readonly probe: Probe;
  readonly sure: boolean;
}

function findGate(workload: Workload): Gate | undefined {
  if (workload.opaque) return undefined;
  const gates: Gate[] = [];
  for (const container of workload.template.containers) {
    if (container.role === 'init') continue;
    for (const probe of container.probes) {
      if (probe.field !== 'readinessProbe' && probe.field !== 'startupProbe') continue;
      if (probeVerdict(container, probe).kind === 'problem') gates.push({ container, probe, sure: true });
      else if (asksUndeclared(workload, probe)) gates.push({ container, probe, sure: false });
    }
  }
  return gates.find(({ sure }) => sure) ?? gates[0];
}

/** Whether a probe asks a number beside those that the Pod declares. It may pass all the same: a declaration opens nothing. */
function asksUndeclared({ template }: Workload, { port }: Probe): boolean {
  if (typeof port?.value !== 'number' || template.containersOpen) return false;
  const owners = template.containers.filter(({ role }) => role !== 'init');
  if (owners.some(({ portsOpen, ports }) => portsOpen || ports.some(({ decided }) => !decided))) return false;
  const numbers = owners.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort?.value));
  return numbers.length > 0 && !numbers.includes(port.value);
}

function gateLine(workload: Workload, { container, probe, sure }: Gate): string {
  const link = linkTo(probe.field, { file: workload.file, offset: probe.start });
  const owner = container.name === undefined ? 'a container' : `container ${code(container.name.value)}`;
  const port = code(String(probe.port?.value ?? '?'));
  return `${linkResource(workload)}: ${link} of ${owner} asks port ${port}, which ${sure ? 'that container does not have' : 'no container declares'}`;
}

/** Whether a probe can pass, as far as its port decides. A name is looked up in the same container, whatever its protocol. */
export function probeVerdict(container: Container, probe: Probe): Verdict {
  const wanted = probe.port?.value;
  if (wanted === undefined) return probe.port === undefined ? OK : unknown('its port is templated');
  if (typeof wanted === 'number') return OK;
  if (probe.handler === 'grpc') return problem('a grpc probe takes a port number only');
  if (container.ports.some((port) => port.name?.value === wanted)) return OK;
  if (container.portsOpen || container.ports.some((port) => !port.decided) || INJECTED.test(wanted))
    return unknown(`whether this container has a port named ${code(wanted)} is not decidable`);
  return problem(`no port of this container is named ${code(wanted)}: it can never succeed`);
}

/** Names of ports that service meshes and Dapr put in on admission. */
const INJECTED = /^(http-envoy-prom|linkerd-|dapr-)/;
