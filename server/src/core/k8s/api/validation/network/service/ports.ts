import { dns1123LabelFault, labelKeyFault, portNameFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { numberAt, validateChoice, validateRange, validateWrittenText } from '../../workloads/checks.ts';
import { allocateNodePorts } from './nodePorts.ts';
import type { ServiceShape } from './shape.ts';

/** Source: kubernetes pkg/apis/core/validation, `validateService`, `validateServicePort`. */
export function validateServicePorts(service: ServiceShape, report: Report): void {
  const { spec, type, isHeadless } = service;
  const list = child(spec, 'ports');
  const ports = items(list);
  const needsPorts = isHeadless === false && type !== undefined && type !== 'ExternalName';
  if (needsPorts && ports.length === 0 && isWholeList(list)) {
    refuse(report, list, 'FieldValueRequired', 'a Service that is not headless needs at least one port');
  }
  const needsName = ports.length > 1 && isWholeList(list);
  const names = new Set<string>();
  for (const port of ports) {
    validateName(child(port, 'name'), needsName, names, report);
    validateRange(child(port, 'port'), report, 1, 65535);
    validateChoice(child(port, 'protocol'), report, ['SCTP', 'TCP', 'UDP'], 'TCP');
    validateTargetPort(port, report);
    validateWrittenText(child(port, 'appProtocol'), report, labelKeyFault);
  }
  validateDuplicates(service, report);
}

function validateName(place: Place, isRequired: boolean, names: Set<string>, report: Report): void {
  const name = textAt(place);
  if (name === undefined) return;
  if (name === '') {
    if (isRequired) refuse(report, place, 'FieldValueRequired', 'with several ports, each needs a name');
    return;
  }
  const fault = dns1123LabelFault(name);
  if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the port name \`${name}\` ${fault}`);
  if (names.has(name))
    refuse(report, place, 'FieldValueDuplicate', `another port of the Service is named \`${name}\` too`);
  names.add(name);
}

/** An absent one, 0 and an empty text stand for the port's own number. */
function validateTargetPort(port: Place, report: Report): void {
  const place = child(port, 'targetPort');
  const name = stringAt(place);
  if (name !== undefined && name !== '') {
    const fault = portNameFault(name);
    if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the port name \`${name}\` ${fault}`);
    return;
  }
  const isDefault = isAbsent(place) || name === '' || numberAt(place) === 0;
  const number = isDefault ? child(port, 'port') : place;
  validateRange({ ...number, path: place.path }, report, 1, 65535);
}

function validateDuplicates(service: ServiceShape, report: Report): void {
  const { nodePorts } = allocateNodePorts(service);
  const seenNodePorts = new Set<string>();
  const seen = new Set<string>();
  for (const [index, port] of items(child(service.spec, 'ports')).entries()) {
    const protocolText = textAt(child(port, 'protocol'));
    const number = numberAt(child(port, 'port'));
    if (protocolText === undefined) continue;
    const protocol = protocolText === '' ? 'TCP' : protocolText;
    const nodePort = nodePorts[index];
    const place = child(port, 'nodePort');
    if (service.type === 'ClusterIP' && typeof nodePort === 'number' && nodePort !== 0) {
      refuse(report, place, 'FieldValueForbidden', 'a Service of type `ClusterIP` has no node ports');
    }
    if (nodePort !== undefined && nodePort !== 0) {
      const id = `${protocol} ${nodePort}`;
      if (seenNodePorts.has(id)) {
        const what = typeof nodePort === 'number' ? `the node port \`${nodePort}\`` : `one node port for \`${number}\``;
        refuse(report, place, 'FieldValueDuplicate', `another port of the Service has ${what} for ${protocol} too`);
      }
      seenNodePorts.add(id);
    }
    if (number === undefined) continue;
    const id = `${protocol} ${number}`;
    const isTwice = seen.has(id);
    if (isTwice) refuse(report, port, 'FieldValueDuplicate', `port \`${number}\` stands twice for ${protocol}`);
    seen.add(id);
  }
}
