import { findNearest } from '../../base/editDistance.ts';
import { type ContainerPort, containerProtocolOf, portNamesOf } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { toScalarText } from '../../yaml/quote.ts';
import { type FileEdit, type Fix, replaceScalar } from '../rule.ts';
import type { UnresolvedPort } from './unresolvedPorts.ts';

/** What a `targetPort` that leads nowhere was probably meant to be. */
export interface Candidate {
  readonly target: string | number;
  /** The written name looks like a slip of it. */
  readonly near: boolean;
}

/** What the port should lead to: a similar name, else the only port there is, by name or number. */
export function findCandidate({ name, port, protocol, workloads }: UnresolvedPort): Candidate | undefined {
  const names = commonOf(workloads.map((workload) => namesOf(workload, protocol)));
  const near = findNearest(name.value, names, (candidate) => candidate);
  if (near !== undefined) return { target: near, near: true };
  const numbers = commonOf(workloads.map((workload) => numbersOf(workload, protocol)));
  const [onlyName] = names;
  if (names.length === 1 && numbers.length <= 1 && onlyName !== undefined) return { target: onlyName, near: false };
  const [onlyNumber] = numbers;
  if (numbers.length === 1 && onlyNumber !== undefined) return { target: onlyNumber, near: false };
  const own = port.port?.value;
  return own !== undefined && numbers.includes(own) ? { target: own, near: false } : undefined;
}

/** The names that a Service port of this protocol can reach on a workload. */
export function namesOf(workload: Workload, protocol: string): readonly string[] {
  return portNamesOf(workload.template.containers)
    .filter((named) => named.protocol === protocol)
    .map((named) => named.name.value);
}

function numbersOf(workload: Workload, protocol: string): readonly number[] {
  return lastingPorts(workload)
    .filter((port) => containerProtocolOf(port) === protocol)
    .flatMap((port) => port.containerPort?.value ?? []);
}

/** The ports of containers that stay: all but those of plain init containers. */
export function lastingPorts(workload: Workload): readonly ContainerPort[] {
  return workload.template.containers.filter(({ role }) => role !== 'init').flatMap(({ ports }) => ports);
}

function commonOf<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...rest] = lists;
  return [...new Set(first)].filter((value) => rest.every((list) => list.includes(value)));
}

/** Best first: another target, else the wanted name for the container's port. */
export function fixesOf(
  service: Service,
  unresolved: UnresolvedPort,
  candidate: Candidate | undefined,
): readonly Fix[] {
  const { name, port } = unresolved;
  const fixes: Fix[] = [];
  if (candidate !== undefined) {
    const isTaken = service.ports.some((other) => other !== port && other.targetPort?.value === candidate.target);
    fixes.push({
      title: `Change \`${name.value}\` to \`${candidate.target}\``,
      safe: candidate.near && !isTaken,
      edits: [replaceScalar(service.file, name, candidate.target)],
    });
  }
  const declaration = nameDeclaration(unresolved, candidate);
  return declaration === undefined ? fixes : [...fixes, declaration];
}

/** Gives the only port of the only workload the name that the Service asks for. */
function nameDeclaration({ name, workloads }: UnresolvedPort, candidate: Candidate | undefined): Fix | undefined {
  const [workload, another] = workloads;
  if (workload === undefined || another !== undefined || typeof candidate?.target !== 'number') return undefined;
  const port = lastingPorts(workload).find(({ containerPort }) => containerPort?.value === candidate.target);
  if (port?.containerPort === undefined || port.name !== undefined || !port.decided) return undefined;
  const edit: FileEdit = {
    file: workload.file,
    edit: { kind: 'insert-pair', mapping: port, key: 'name', value: toScalarText(name.value, 'plain', 'double') },
  };
  return {
    title: `Name port ${candidate.target} of \`${describeResource(workload)}\` \`${name.value}\``,
    safe: false,
    edits: [edit],
  };
}
