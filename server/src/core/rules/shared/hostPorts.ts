import { resolveServicePorts } from '../../cluster/endpointPorts.ts';
import {
  type HostReference,
  type HostTarget,
  namespaceOf,
  portOfHost,
  targetOfHost,
} from '../../cluster/hostReferences.ts';
import { belongsTogether, lookUp, standsBeside } from '../../cluster/lookup.ts';
import { matchWorkload, sameNamespace } from '../../cluster/selection.ts';
import { isHeadless, type Service, type ServicePort, serviceTypeOf } from '../../k8s/service.ts';
import { mayAddContainers, type Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Severity } from '../../workspace/config.ts';

/** A Service that a host leads to, and that certainly lacks the port. */
export interface MissingPort {
  readonly target: HostTarget;
  readonly service: Service;
  readonly port: number;
  readonly severity: Severity;
}

/**
 * Whether every Service that a host can lead to lacks the port: those of the unit, and what lies beside it. A program that
 * is told of its own Service, and Pods that a headless one leads to, are another matter.
 */
export function findMissingPort(unit: Unit, reference: HostReference, clusterDomain: string): MissingPort | undefined {
  const { text, holder, askers } = reference;
  const port = portOfHost(text);
  if (port === undefined) return undefined;
  const target = targetOfHost(unit, reference, clusterDomain);
  const [service] = target?.services ?? [];
  if (target === undefined || service === undefined || target.meaning.pod !== undefined) return undefined;
  const { services, meaning } = target;
  if (!services.every((each) => lacksPort(each, port))) return undefined;
  if (services.some((each) => askers.some((asker) => mayTake(each, asker)))) return undefined;
  const namespace = namespaceOf(meaning, holder);
  const named = [unit.index, ...unit.others].flatMap(
    (index) => lookUp(index.services(meaning.service), namespace).here,
  );
  if (named.some((other) => !lacksPort(other, port))) return undefined;
  const isBeside = standsBeside(holder, services, unit);
  const isSame = services.some((each) => sameNamespace(each.namespace, namespace) === 'yes');
  const isTogether = services.some((each) => belongsTogether(holder, each, unit));
  const isSure =
    isBeside || (isSame && (isTogether || meaning.namespace !== undefined || holder.namespace !== undefined));
  // A URL without a port may be a name alone: of an issuer, a tenant, a scope.
  const isWritten = text.port !== undefined;
  return { target, service, port, severity: isSure && isWritten ? 'warning' : 'hint' };
}

/** Without any port a Service is a piece of one. */
function lacksPort(service: Service, port: number): boolean {
  const type = serviceTypeOf(service);
  if (service.opaque || service.portsOpen || type === undefined || type === 'ExternalName') return false;
  if (isHeadless(service) || (service.clusterIP !== undefined && service.clusterIP.value === undefined)) return false;
  if (service.ports.length === 0) return false;
  return service.ports.every(({ port: own }) => own?.value !== undefined && own.value !== port);
}

function mayTake({ selector }: Service, workload: Workload): boolean {
  return selector !== undefined && matchWorkload(selector, workload) !== 'no';
}

/** What is probably meant in place of a port that a Service lacks: the one that leads there, else its only one. */
export function findMeantPort(
  unit: Unit,
  service: Service,
  port: number,
): { readonly port: ServicePort; readonly reason: 'target' | 'nodePort' | 'only' } | undefined {
  const byTarget = resolveServicePorts(unit, service).flatMap(({ port: own, target, on }) => {
    const leads =
      target === port ||
      (on.length > 0 &&
        on.every(({ found }) => (found.kind === 'named' || found.kind === 'number') && found.port === port));
    return leads ? [own] : [];
  });
  const [target, anotherTarget] = byTarget;
  if (target !== undefined && anotherTarget === undefined) return { port: target, reason: 'target' };
  const node = service.ports.find(({ nodePort }) => nodePort?.value === port);
  if (node !== undefined) return { port: node, reason: 'nodePort' };
  const [only, another] = service.ports;
  return only !== undefined && another === undefined ? { port: only, reason: 'only' } : undefined;
}

/**
 * Whether no Pod behind a headless Service declares a port, though all of them declare some: the client connects to the Pods
 * themselves. `undefined` where that is not certain, or the Service is not headless; else the ports that are declared.
 */
export function findUndeclaredPort(
  unit: Unit,
  reference: HostReference,
  clusterDomain: string,
): { readonly service: Service; readonly port: number; readonly declared: readonly number[] } | undefined {
  const { text, askers } = reference;
  const port = text.port?.value;
  const target = port === undefined ? undefined : targetOfHost(unit, reference, clusterDomain);
  const [service, another] = target?.services ?? [];
  if (port === undefined || service === undefined || another !== undefined || !isHeadless(service)) return undefined;
  if (service.opaque || service.portsOpen || service.selector === undefined) return undefined;
  if (service.ports.some((own) => own.port?.value === port || own.targetPort?.value === port)) return undefined;
  if (askers.some((asker) => mayTake(service, asker))) return undefined;
  const workloads = [...unit.index.ofType('workload')].filter((workload) => mayTake(service, workload));
  const declared = new Set<number>();
  for (const workload of workloads) {
    const { containers, containersOpen } = workload.template;
    const ports = containers.flatMap((container) => container.ports);
    const isOpen =
      workload.opaque || containersOpen || mayAddContainers(workload) || containers.some((each) => each.portsOpen);
    if (isOpen || ports.length === 0) return undefined;
    if (ports.some(({ containerPort }) => containerPort === undefined || containerPort.value === port))
      return undefined;
    for (const { containerPort } of ports) if (containerPort !== undefined) declared.add(containerPort.value);
  }
  return declared.size === 0 ? undefined : { service, port, declared: [...declared] };
}
