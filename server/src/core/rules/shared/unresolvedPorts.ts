import type { Located } from '../../base/span.ts';
import { type PodPort, resolvePortsIn, resolveServicePorts } from '../../cluster/endpointPorts.ts';
import { distanceOf, distanceTo, fitsAsWritten, NEAR } from '../../cluster/locality.ts';
import { belongsTogether } from '../../cluster/lookup.ts';
import { whyMoreMayExist } from '../../cluster/openWorld.ts';
import { matchWorkload } from '../../cluster/selection.ts';
import { type NamedPort, portNamesOf } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { isHeadless, type Service, type ServicePort, selectsPods } from '../../k8s/service.ts';
import { portNameFault } from '../../k8s/validity.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Severity } from '../../workspace/config.ts';

/** A named `targetPort` that certainly leads to no port of any Pod that the Service selects. */
export interface UnresolvedPort {
  readonly port: ServicePort;
  readonly name: Located<string>;
  readonly protocol: string;
  /** The workloads that the Service certainly selects; at least one. */
  readonly workloads: readonly Workload[];
  /** Ports of these workloads that have the name with another protocol. */
  readonly otherProtocol: readonly PortOfWorkload[];
  readonly severity: Severity;
}

export interface PortOfWorkload {
  readonly workload: Workload;
  readonly named: NamedPort;
}

/** The ports of a Service whose name resolves nowhere. Names that the API server refuses are left to other rules. */
export function* findUnresolvedPorts(service: Service, unit: Unit): Iterable<UnresolvedPort> {
  for (const [index, { port, target, protocol, on, perhapsOn }] of resolveServicePorts(unit, service).entries()) {
    const written = port.targetPort;
    if (typeof target !== 'string' || protocol === undefined || written?.value !== target) continue;
    if (on.length === 0 || portNameFault(target) !== undefined) continue;
    const near = distanceTo(
      service.file,
      on.map(({ workload }) => workload),
    );
    if (!on.every((each) => isNone(each) || distanceOf(service.file, each.workload.file) > near)) continue;
    const place: Place = { unit, service, near, on: on.map(({ workload }) => workload) };
    const own = on.filter(({ workload }) => !isOfAnother(workload, place));
    if (!own.every(isNone) || !perhapsOn.every((each) => isNone(each) || isOfAnother(each.workload, place))) continue;
    const workloads = own.map(({ workload }) => workload);
    yield {
      port,
      name: { value: target, start: written.start, end: written.end },
      protocol,
      workloads,
      otherProtocol: workloads.flatMap((workload) => portsNamed(workload, target)),
      severity: severityOf(place, index),
    };
  }
}

/** `Deployment/web`, or `each of the 3 selected workloads`: who lacks the port, as the end of a sentence. */
export function describeWorkloads(workloads: readonly Workload[]): string {
  const [first, second, ...rest] = workloads;
  if (first === undefined) return 'no workload';
  if (second === undefined) return `\`${describeResource(first)}\``;
  if (rest.length === 0) return `\`${describeResource(first)}\` or \`${describeResource(second)}\``;
  return `any of the ${workloads.length} selected workloads`;
}

/** What follows for clients of a Service port without an endpoint port. */
export function describeConsequence(service: Service, port: ServicePort): string {
  const number = port.port?.value === undefined ? 'this port' : `port ${port.port.value}`;
  return isHeadless(service)
    ? `so the endpoints have no ${number}: SRV records, Ingresses and monitors find nothing`
    : `so connections to ${number} fail`;
}

interface Place {
  readonly unit: Unit;
  readonly service: Service;
  /** How near to the Service the nearest workload stands that it selects. */
  readonly near: number;
  readonly on: readonly Workload[];
}

/**
 * Whether a workload is of another copy of the application, or of another one with the same labels: loose folders hold
 * many examples, and the Service stands beside its own.
 */
function isOfAnother(workload: Workload, { unit, service, near, on }: Place): boolean {
  if (unit.kind !== 'loose' || near > NEAR || service.selector === undefined) return false;
  const distance = distanceOf(service.file, workload.file);
  if (distance <= near) return false;
  if (!fitsAsWritten(service.selector, workload)) return true;
  const isTwin = (other: Workload) => other.kind === workload.kind && other.name?.value === workload.name?.value;
  if (on.some((other) => distanceOf(service.file, other.file) === near && isTwin(other))) return true;
  return isServedNearer(workload, unit, distance);
}

function isServedNearer(workload: Workload, unit: Unit, distance: number): boolean {
  for (const index of [unit.index, ...unit.others]) {
    for (const other of index.ofType('service')) {
      if (other.selector === undefined || distanceOf(other.file, workload.file) >= distance) continue;
      if (selectsPods(other) && matchWorkload(other.selector, workload) === 'yes') return true;
    }
  }
  return false;
}

function isNone({ found }: PodPort): boolean {
  return found.kind === 'none';
}

function portsNamed(workload: Workload, name: string): readonly PortOfWorkload[] {
  return portNamesOf(workload.template.containers)
    .filter((named) => named.name.value === name)
    .map((named) => ({ workload, named }));
}

/**
 * The Pods that are selected certainly lack the port. Where they are of folders far away, or other Pods, of another unit
 * or an operator's, may have it, the Service may still serve; clients of a headless Service reach its Pods by address
 * without any port of the slice.
 */
function severityOf(place: Place, index: number): Severity {
  const { unit, service, on } = place;
  if (!on.some((workload) => belongsTogether(service, workload, unit))) return 'hint';
  for (const other of unit.others) {
    const resolved = resolvePortsIn(other, service)[index];
    if (resolved === undefined) continue;
    if (![...resolved.on, ...resolved.perhapsOn].every((each) => isNone(each) || isOfAnother(each.workload, place)))
      return 'hint';
  }
  if (isHeadless(service) || whyMoreMayExist(unit, service.namespace) !== undefined) return 'warning';
  return 'error';
}
