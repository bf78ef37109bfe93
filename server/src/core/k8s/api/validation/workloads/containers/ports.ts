import { portNameFault } from '../../../../validity.ts';
import { child, items, type Place, type Report, refuse } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { numberAt, validateChoice, validateRange } from '../checks.ts';
import type { PodFacts } from '../shape.ts';

/** The ports of one container. Source: kubernetes pkg/apis/core/validation, `validateContainerPorts`. */
export function validateContainerPorts(ports: Place, report: Report, facts: PodFacts): void {
  const names = new Set<string>();
  for (const port of items(ports)) {
    validatePortName(child(port, 'name'), report, names);
    validateContainerPort(child(port, 'containerPort'), report);
    const { number, place } = hostPortOf(port, facts);
    if (number !== undefined && number !== 0) validateRange(place, report, 1, 65535);
    validateChoice(child(port, 'protocol'), report, ['TCP', 'UDP', 'SCTP'], 'TCP');
  }
}

/**
 * Two ports of containers that run side by side cannot take the same port of the node.
 * Source: as above, `AccumulateUniqueHostPorts`.
 */
export function validateHostPortsDiffer(containers: readonly Place[], report: Report, facts: PodFacts): void {
  const taken = new Set<string>();
  for (const port of containers.flatMap((container) => items(child(container, 'ports')))) {
    const { number, place } = hostPortOf(port, facts);
    const protocol = textAt(child(port, 'protocol'));
    const address = textAt(child(port, 'hostIP'));
    if (number === undefined || number === 0 || protocol === undefined || address === undefined) continue;
    const key = `${protocol || 'TCP'}/${address}/${number}`;
    if (taken.has(key)) {
      refuse(report, place, 'FieldValueDuplicate', `another port takes \`${number}\` of the node too`);
    }
    taken.add(key);
  }
}

/** With `hostNetwork`, a container's port is the node's. Source: as above, `validatePodHostNetworkDeps`. */
export function validateHostNetworkPorts(containers: readonly Place[], report: Report, facts: PodFacts): void {
  if (facts.hostNetwork !== true) return;
  for (const port of containers.flatMap((container) => items(child(container, 'ports')))) {
    const { number, place } = hostPortOf(port, facts);
    const containerPort = numberAt(child(port, 'containerPort'));
    if (number === undefined || containerPort === undefined || number === 0 || number === containerPort) continue;
    const message = `with \`hostNetwork\`, \`hostPort\` ${number} must equal \`containerPort\` ${containerPort}`;
    refuse(report, place, 'FieldValueInvalid', message);
  }
}

/** A number between 1 and 65535, or a name, as probes and handlers have them. */
export function validatePortReference(place: Place, report: Report): void {
  const text = textAt(place);
  if (text === undefined) {
    validateRange(place, report, 1, 65535);
    return;
  }
  if (text === '') {
    refuse(report, place, 'FieldValueInvalid', '`port` is required');
    return;
  }
  const fault = portNameFault(text);
  if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the port name \`${text}\` ${fault}`);
}

function validatePortName(place: Place, report: Report, names: Set<string>): void {
  const name = textAt(place);
  if (name === undefined || name === '') return;
  const fault = portNameFault(name);
  if (fault !== undefined) {
    refuse(report, place, 'FieldValueInvalid', `the port name \`${name}\` ${fault}`);
  } else if (names.has(name)) {
    refuse(report, place, 'FieldValueDuplicate', `another port of the container is named \`${name}\` too`);
  } else {
    names.add(name);
  }
}

function validateContainerPort(place: Place, report: Report): void {
  if (numberAt(place) === 0) refuse(report, place, 'FieldValueRequired', '`containerPort` is required');
  else validateRange(place, report, 1, 65535);
}

/** In a Pod with `hostNetwork`, ports are the node's where they say nothing else (`SetDefaults_Pod`). */
function hostPortOf(port: Place, { isPod, hostNetwork }: PodFacts): { number: number | undefined; place: Place } {
  const place = child(port, 'hostPort');
  const written = numberAt(place);
  if (written !== 0 || !isPod || hostNetwork === false) return { number: written, place };
  if (hostNetwork === undefined) return { number: undefined, place };
  const containerPort = child(port, 'containerPort');
  return {
    number: numberAt(containerPort),
    place: { ...place, node: containerPort.node, span: containerPort.span },
  };
}
