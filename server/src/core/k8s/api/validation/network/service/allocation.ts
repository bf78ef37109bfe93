import { parseIpAddress } from '../../../../ipAddress.ts';
import { child, entries, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { isValid, numberAt, refuseChoice } from '../../workloads/checks.ts';
import { ipFault } from '../addresses.ts';
import { allocateNodePorts } from './nodePorts.ts';
import { type ClusterIp, readServiceShape, type ServiceShape } from './shape.ts';

/**
 * What the server looks at when it allocates addresses and node ports for a Service. Where it refuses something here, it looks
 * at nothing else, metadata included. Whether an address lies in the cluster's range and whether a family is configured only
 * the cluster knows. Source: kubernetes pkg/registry/core/service/storage/alloc.go, `allocateCreate`, and
 * pkg/apis/core/validation, `ValidateServiceClusterIPsRelatedFields`.
 */
export function validateAllocation(object: Place, report: Report): void {
  const service = readServiceShape(object);
  if (service.type === undefined) return;
  if (service.type !== 'ExternalName') {
    if (!isValid(report, (found) => validateAddresses(service, found))) return;
    if (!isValid(report, (found) => validatePolicy(service, found))) return;
  }
  validateNodePorts(service, report);
}

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function validateAddresses({ spec, clusterIps, isHeadless }: ServiceShape, report: Report): void {
  const list = child(spec, 'clusterIPs');
  const first = textAt(child(spec, 'clusterIP'));
  if (
    clusterIps !== undefined &&
    clusterIps.length > 0 &&
    first !== undefined &&
    (first === '' || clusterIps[0]?.text !== first)
  ) {
    const message =
      first === ''
        ? '`clusterIPs` is set and `clusterIP` is not; it has to be the first of `clusterIPs`'
        : `the first of \`clusterIPs\` has to be the \`clusterIP\`, \`${first}\``;
    refuse(report, list, 'FieldValueInvalid', message);
  }
  const families = validateFamilies(child(spec, 'ipFamilies'), report);
  const policy = child(spec, 'ipFamilyPolicy');
  const policyText = stringAt(policy);
  if (policyText !== undefined && !POLICIES.includes(policyText)) refuseChoice(policy, report, POLICIES, policyText);
  if (clusterIps === undefined) return;
  const areValid = isValid(report, (found) => validateIps(clusterIps, list, found));
  if (clusterIps.length > 2) refuse(report, list, 'FieldValueInvalid', '`clusterIPs` holds two addresses at most');
  if (!areValid) return;
  const ipFamilies = clusterIps.map(({ text }) => familyOf(text));
  if (clusterIps.length > 1 && new Set(ipFamilies).size < 2) {
    refuse(report, list, 'FieldValueInvalid', '`clusterIPs` holds one address of each IP family at most');
  }
  if (isHeadless === true) return;
  for (const [index, { place, text }] of clusterIps.entries()) {
    const family = families[index];
    if (family === undefined || !FAMILIES.includes(family) || family === ipFamilies[index]) continue;
    refuse(report, place, 'FieldValueInvalid', `\`${text}\` is no ${family} address, as \`ipFamilies[${index}]\` says`);
  }
}

/** Gives back the families as far as they are decided. */
function validateFamilies(list: Place, report: Report): readonly (string | undefined)[] {
  const families: (string | undefined)[] = [];
  for (const place of items(list)) {
    const family = textAt(place);
    if (family !== undefined && !FAMILIES.includes(family)) refuseChoice(place, report, FAMILIES, family);
    if (family !== undefined && families.includes(family)) {
      refuse(report, place, 'FieldValueDuplicate', `the IP family \`${family}\` stands twice`);
    }
    families.push(family);
  }
  return families;
}

function validateIps(clusterIps: readonly ClusterIp[], list: Place, report: Report): void {
  for (const [index, { place, text }] of clusterIps.entries()) {
    if (index === 0 && text === 'None') {
      if (clusterIps.length > 1) refuse(report, list, 'FieldValueInvalid', 'beside `None` no address may stand');
      continue;
    }
    const fault = ipFault(text);
    const hint = text.toLowerCase() === 'none' ? '; a headless Service has `None`' : '';
    if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `\`${text}\` ${fault}${hint}`);
  }
}

function validatePolicy({ spec, clusterIps, isHeadless }: ServiceShape, report: Report): void {
  const place = child(spec, 'ipFamilyPolicy');
  const selector = child(spec, 'selector');
  if (clusterIps === undefined) return;
  if (isAbsent(place)) {
    const selectsPods = entries(selector).length > 0;
    if (isHeadless === true && !selectsPods) return;
  } else if (stringAt(place) !== 'SingleStack') return;
  const families = child(spec, 'ipFamilies');
  const many =
    clusterIps.length === 2
      ? 'addresses'
      : items(families).length === 2 && isWholeList(families)
        ? 'families'
        : undefined;
  if (many === undefined) return;
  const message = `two IP ${many} need the \`ipFamilyPolicy\` \`PreferDualStack\` or \`RequireDualStack\``;
  refuse(report, place, 'FieldValueInvalid', message);
}

/** A node port is taken once. The first conflict ends it. */
function validateNodePorts(service: ServiceShape, report: Report): void {
  const { conflict, taken } = allocateNodePorts(service);
  if (conflict !== undefined) {
    const message = `the node port \`${conflict.nodePort}\` is another port's of this Service already`;
    refuse(report, conflict.place, 'FieldValueInvalid', message);
    return;
  }
  const { spec, type } = service;
  const healthCheck = child(spec, 'healthCheckNodePort');
  const nodePort = numberAt(healthCheck);
  if (nodePort === undefined || !taken.has(nodePort)) return;
  if (type !== 'LoadBalancer' || stringAt(child(spec, 'externalTrafficPolicy')) !== 'Local') return;
  const message = `the node port \`${nodePort}\` is one of this Service's \`ports\` already`;
  refuse(report, healthCheck, 'FieldValueInvalid', message);
}

function familyOf(ip: string): string {
  return parseIpAddress(ip)?.family === 6 ? 'IPv6' : 'IPv4';
}
