import { containsAddress, parseCidr } from '../../../ipAddress.ts';
import { portNameFault } from '../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse, stringAt, type Validator } from '../../place.ts';
import { validateLabelSelector } from '../metadata/selector.ts';
import { isWholeList, textAt } from '../values.ts';
import { isSet, numberAt, refuseChoice, validateRange, validateWrittenChoice } from '../workloads/checks.ts';
import { cidrFault } from './addresses.ts';

/** Source: kubernetes pkg/apis/networking/validation, `ValidateNetworkPolicySpec`. */
export const validateNetworkPolicy: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateLabelSelector(child(spec, 'podSelector'), report);
  for (const [list, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const rule of items(child(spec, list))) {
      for (const port of items(child(rule, 'ports'))) validatePort(port, report);
      for (const peer of items(child(rule, peers))) validatePeer(peer, report);
    }
  }
  validateTypes(child(spec, 'policyTypes'), report);
};

const TYPES = ['Ingress', 'Egress'];

function validateTypes(list: Place, report: Report): void {
  if (items(list).length > TYPES.length && isWholeList(list)) {
    refuse(report, list, 'FieldValueInvalid', 'there are only two policy types, `Ingress` and `Egress`');
    return;
  }
  for (const place of items(list)) {
    const type = textAt(place);
    if (type !== undefined && !TYPES.includes(type)) refuseChoice(place, report, TYPES, type);
  }
}

function validatePort(place: Place, report: Report): void {
  validateWrittenChoice(child(place, 'protocol'), report, ['TCP', 'UDP', 'SCTP']);
  const port = child(place, 'port');
  const name = stringAt(port);
  const endPort = child(place, 'endPort');
  const hasEnd = isSet(endPort);
  if (name !== undefined) {
    const fault = portNameFault(name);
    if (hasEnd) refuse(report, endPort, 'FieldValueInvalid', 'a range of ports starts with a number, not with a name');
    if (fault !== undefined) refuse(report, port, 'FieldValueInvalid', `the port name \`${name}\` ${fault}`);
    return;
  }
  if (isAbsent(port)) {
    if (hasEnd) refuse(report, endPort, 'FieldValueInvalid', 'a range of ports needs a `port` that it starts with');
    return;
  }
  validateRange(port, report, 1, 65535);
  const [start, end] = [numberAt(port), numberAt(endPort)];
  if (!hasEnd || start === undefined || end === undefined) return;
  if (end < start) refuse(report, endPort, 'FieldValueInvalid', `\`endPort\` is less than \`port\`, ${start}`);
  validateRange(endPort, report, 1, 65535);
}

function validatePeer(peer: Place, report: Report): void {
  const selectors = [child(peer, 'podSelector'), child(peer, 'namespaceSelector')];
  const block = child(peer, 'ipBlock');
  for (const selector of selectors) validateLabelSelector(selector, report);
  if (isSet(block)) validateIpBlock(block, report);
  if ([...selectors, block].every(isAbsent)) {
    refuse(report, peer, 'FieldValueRequired', 'the peer is empty: it selects nothing, not even everything');
  } else if (isSet(block) && selectors.some(isSet)) {
    refuse(report, peer, 'FieldValueForbidden', 'a peer has either an `ipBlock` or selectors, not both');
  }
}

function validateIpBlock(block: Place, report: Report): void {
  const place = child(block, 'cidr');
  const text = textAt(place);
  if (text === undefined) return;
  if (text === '') {
    refuse(report, place, 'FieldValueRequired', 'an `ipBlock` needs a `cidr`');
    return;
  }
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    refuse(report, place, 'FieldValueInvalid', `\`${text}\` ${cidrFault(text)}`);
    return;
  }
  for (const exceptPlace of items(child(block, 'except'))) {
    const exceptText = textAt(exceptPlace);
    if (exceptText === undefined) continue;
    const except = parseCidr(exceptText);
    if (except === undefined) {
      refuse(report, exceptPlace, 'FieldValueInvalid', `\`${exceptText}\` ${cidrFault(exceptText)}`);
    } else if (!containsAddress(cidr, except.network) || prefixOf(text) >= prefixOf(exceptText)) {
      refuse(report, exceptPlace, 'FieldValueInvalid', `\`${exceptText}\` is no smaller part of \`${text}\``);
    }
  }
}

/** The length as written: an IPv4 block in IPv6 form counts from the form's start. */
function prefixOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}
