import { parseIpAddress, strictIpAddressFault } from '../../../ipAddress.ts';
import { dns1123LabelFault, dns1123SubdomainFault, labelKeyFault, labelValueFault } from '../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse, stringAt, type Validator } from '../../place.ts';
import { isWholeList, textAt } from '../values.ts';
import {
  type Fault,
  isSet,
  validateRequiredChoice,
  validateText,
  validateWrittenChoice,
  validateWrittenText,
} from '../workloads/checks.ts';
import { endpointIpFault, ipFault } from './addresses.ts';

/** Port numbers are not looked at. Source: kubernetes pkg/apis/discovery/validation, `ValidateEndpointSlice`. */
export const validateEndpointSlice: Validator = (object, report) => {
  const addressType = child(object, 'addressType');
  validateRequiredChoice(addressType, report, ['FQDN', 'IPv4', 'IPv6']);
  validatePorts(child(object, 'ports'), report);
  const endpoints = child(object, 'endpoints');
  if (isTooMany(endpoints, MAX_ENDPOINTS, report)) return;
  for (const endpoint of items(endpoints)) validateEndpoint(endpoint, stringAt(addressType), report);
};

const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_HINTS = 8;

function validatePorts(list: Place, report: Report): void {
  if (isTooMany(list, MAX_PORTS, report)) return;
  const names = new Set<string>();
  for (const port of items(list)) {
    const place = child(port, 'name');
    const name = textAt(place);
    if (name !== undefined) {
      if (name !== '') validateText(place, report, dns1123LabelFault);
      if (names.has(name)) {
        const message = name === '' ? 'another port has no name either' : `another port is named \`${name}\` too`;
        refuse(report, place, 'FieldValueDuplicate', message);
      }
      names.add(name);
    }
    validateWrittenChoice(child(port, 'protocol'), report, ['SCTP', 'TCP', 'UDP']);
    validateWrittenText(child(port, 'appProtocol'), report, labelKeyFault);
  }
}

function validateEndpoint(endpoint: Place, type: string | undefined, report: Report): void {
  const addresses = child(endpoint, 'addresses');
  if (items(addresses).length === 0 && isWholeList(addresses)) {
    refuse(report, addresses, 'FieldValueRequired', 'an endpoint needs at least one address');
  }
  isTooMany(addresses, MAX_ADDRESSES, report);
  for (const address of items(addresses)) validateAddress(address, addresses, type, report);
  validateWrittenText(child(endpoint, 'nodeName'), report, dns1123SubdomainFault);
  validateWrittenText(child(endpoint, 'hostname'), report, dns1123LabelFault);
  const hints = child(endpoint, 'hints');
  if (!isSet(hints)) return;
  const zones = child(hints, 'forZones');
  const nodes = child(hints, 'forNodes');
  if (isTooMany(zones, MAX_HINTS, report)) return;
  validateHints(zones, labelValueFault, report);
  if (!isTooMany(nodes, MAX_HINTS, report)) validateHints(nodes, dns1123SubdomainFault, report);
}

/** An address of the other family is refused under the name of the list. */
function validateAddress(place: Place, list: Place, type: string | undefined, report: Report): void {
  const text = textAt(place);
  if (text === undefined) return;
  if (type === 'FQDN') {
    validateHostName(place, text, report);
    return;
  }
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const fault = type === 'IPv4' ? ipFault(text) : strictIpAddressFault(text);
  if (fault !== undefined) {
    refuse(report, place, 'FieldValueInvalid', text === '' ? 'the address is empty' : `\`${text}\` ${fault}`);
    return;
  }
  if (parseIpAddress(text)?.family !== (type === 'IPv4' ? 4 : 6)) {
    const at = { ...list, span: place.span };
    refuse(report, at, 'FieldValueInvalid', `\`${text}\` is no ${type} address, as \`addressType\` says`);
  }
  validateText(place, report, endpointIpFault);
}

/** Source: k8s.io/apimachinery pkg/util/validation, `IsFullyQualifiedDomainName`. */
function validateHostName(place: Place, text: string, report: Report): void {
  if (text === '') refuse(report, place, 'FieldValueRequired', 'the address is empty');
  else validateText(place, report, hostNameFault);
}

function hostNameFault(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  const parts = name.split('.');
  const partFault = () => parts.map(dns1123LabelFault).find((fault) => fault !== undefined);
  return dns1123SubdomainFault(name) ?? (parts.length < 2 ? 'has no domain' : partFault());
}

function validateHints(list: Place, fault: Fault, report: Report): void {
  const names = new Set<string>();
  for (const hint of items(list)) {
    const place = child(hint, 'name');
    const name = textAt(place);
    if (name === undefined) continue;
    if (names.has(name)) refuse(report, place, 'FieldValueDuplicate', `\`${name}\` stands twice`);
    names.add(name);
    validateText(place, report, fault);
  }
}

function isTooMany(list: Place, most: number, report: Report): boolean {
  const count = items(list).length;
  if (count <= most || !isWholeList(list) || isAbsent(list)) return false;
  refuse(report, list, 'FieldValueTooMany', `there are ${count} of them; ${most} is the most`);
  return true;
}
