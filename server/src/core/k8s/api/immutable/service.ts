import { parseIpAddress } from '../../ipAddress.ts';
import { type Draft, type DraftValue, isEmpty, isUnset, objectIn, objectsIn, openObject } from '../defaults/draft.ts';
import type { IpFamily } from '../defaults/service.ts';
import type { RefusalReason } from '../refusal.ts';
import { isEqual, type ReportUpdate, refuseChange, type UpdateValidator } from './update.ts';

/**
 * Stand-ins for what the server draws for a Service: addresses for documentation (RFC 5737, RFC 3849) and high ports.
 * Only whether they change matters.
 */
export function drawServiceValues(service: Draft): void {
  const spec = openObject(service, 'spec');
  if (needsClusterIp(spec) && spec.clusterIP !== 'None') {
    const families = Array.isArray(spec.ipFamilies) ? spec.ipFamilies : [];
    const written = Array.isArray(spec.clusterIPs) ? spec.clusterIPs : [];
    const addresses = [...written, ...families.slice(written.length).map((family) => DRAWN_ADDRESS[`${family}`] ?? '')];
    spec.clusterIPs = addresses;
    if (isEmpty(spec.clusterIP) && addresses[0] !== undefined) spec.clusterIP = addresses[0];
  }
  if (isTypeWithNodePorts(spec) && spec.allocateLoadBalancerNodePorts !== false) {
    const used = new Set(objectsIn(spec, 'ports').map(({ nodePort }) => nodePort));
    let port = FIRST_DRAWN_PORT;
    for (const item of objectsIn(spec, 'ports')) {
      if (!isEmpty(item.nodePort)) continue;
      while (used.has(port)) port += 1;
      item.nodePort = port;
      used.add(port);
    }
  }
  if (needsHealthPort(spec) && isEmpty(spec.healthCheckNodePort)) spec.healthCheckNodePort = DRAWN_HEALTH_PORT;
}

const DRAWN_ADDRESS: Readonly<Record<string, string>> = { IPv4: '192.0.2.254', IPv6: '2001:db8::fffe' };
const FIRST_DRAWN_PORT = 40_000;
const DRAWN_HEALTH_PORT = 39_999;

/**
 * What the server does to a Service that takes the place of another, before defaults: drawn values stay, those that the
 * new type does not have go. Source: kubernetes pkg/registry/core/service, `patchAllocatedValues`,
 * `normalizeClusterIPs`, `dropTypeDependentFields`.
 */
export function prepareServiceUpdate(live: Draft, next: Draft): void {
  const [before, after] = [openObject(live, 'spec'), openObject(next, 'spec')];
  if (isEmpty(after.type)) after.type = 'ClusterIP';
  if (isUnset(after, 'ipFamilyPolicy') && before.ipFamilyPolicy && needsClusterIp(after)) {
    after.ipFamilyPolicy = before.ipFamilyPolicy;
  }
  keepDrawnValues(before, after);
  syncAddresses(before, after);
  if (after.ipFamilyPolicy === 'SingleStack') {
    for (const name of ['clusterIPs', 'ipFamilies']) {
      const list = after[name];
      if (Array.isArray(list) && list.length > 1 && isEqual(list, before[name])) after[name] = list.slice(0, 1);
    }
  }
  dropUnneeded(before, after);
}

function keepDrawnValues(before: Draft, after: Draft): void {
  if (needsClusterIp(before) && needsClusterIp(after)) {
    for (const name of ['clusterIP', 'clusterIPs']) {
      if (isEmpty(after[name]) && before[name] !== undefined) after[name] = before[name];
    }
  }
  if (allocatesNodePorts(before) && allocatesNodePorts(after)) {
    const [old, now] = [before, after].map((spec) => new Set(objectsIn(spec, 'ports').map(({ nodePort }) => nodePort)));
    const byName = new Map(objectsIn(before, 'ports').map(({ name, nodePort }) => [name ?? '', nodePort]));
    for (const port of objectsIn(after, 'ports')) {
      const drawn = byName.get(port.name ?? '');
      const isUsed = old?.has(drawn) && now?.has(drawn);
      if (!isEmpty(port.nodePort) || drawn === undefined || isUsed) continue;
      port.nodePort = drawn;
      now?.add(drawn);
    }
  }
  if (needsHealthPort(before) && needsHealthPort(after) && isEmpty(after.healthCheckNodePort)) {
    after.healthCheckNodePort = before.healthCheckNodePort;
  }
}

function syncAddresses(before: Draft, after: Draft): void {
  if (isEmpty(before.clusterIPs) === false && isEmpty(after.clusterIPs) && before.clusterIP === after.clusterIP) {
    after.clusterIPs = before.clusterIPs;
  }
  if ((before.clusterIP ?? '') === (after.clusterIP ?? '') || !isEqual(before.clusterIPs, after.clusterIPs)) return;
  if (!isEmpty(before.clusterIP) && isEmpty(after.clusterIP)) delete after.clusterIPs;
  else if (!isEmpty(after.clusterIP)) after.clusterIPs = [after.clusterIP as DraftValue];
}

function dropUnneeded(before: Draft, after: Draft): void {
  const dropSame = (name: string) => {
    if (isEqual(before[name], after[name])) delete after[name];
  };
  if (needsClusterIp(before) && !needsClusterIp(after)) {
    if (before.clusterIP === after.clusterIP && isEqual(before.clusterIPs, after.clusterIPs)) {
      delete after.clusterIP;
      delete after.clusterIPs;
    }
    for (const name of ['ipFamilies', 'ipFamilyPolicy']) dropSame(name);
  }
  if (isTypeWithNodePorts(before) && !isTypeWithNodePorts(after)) {
    const old = new Set(objectsIn(before, 'ports').map(({ nodePort }) => nodePort));
    const ports = objectsIn(after, 'ports');
    if (ports.every(({ nodePort }) => isEmpty(nodePort) || old.has(nodePort))) {
      for (const port of ports) delete port.nodePort;
    }
  }
  if (needsHealthPort(before) && !needsHealthPort(after)) dropSame('healthCheckNodePort');
  if (before.type === 'LoadBalancer' && after.type !== 'LoadBalancer') {
    for (const name of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) dropSame(name);
  }
  if (isReachable(before) && !isReachable(after)) dropSame('externalTrafficPolicy');
}

/** Source: kubernetes pkg/apis/core/validation, `ValidateServiceUpdate`. */
export const validateServiceUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [objectIn(live, 'spec') ?? {}, objectIn(next, 'spec') ?? {}];
  const isExternal = before.type === 'ExternalName' || after.type === 'ExternalName';
  const [wasHeadless, isHeadless] = [before, after].map(({ clusterIP }) => clusterIP === 'None');
  if (!isExternal && !(wasHeadless && isHeadless)) compareAddresses(before, after, report);
  if (!isExternal && !wasHeadless && !isHeadless) compareFamilies(before, after, report);
  if (before.type === 'LoadBalancer' && after.type === 'LoadBalancer') {
    if (!isEqual(before.loadBalancerClass, after.loadBalancerClass)) {
      refuseChange(report, 'spec.loadBalancerClass', 'the class of a load balancer may not change once set');
    }
  }
  if (needsHealthPort(before) && needsHealthPort(after)) {
    if (isEqual(before.healthCheckNodePort, after.healthCheckNodePort)) return;
    const message = 'the `healthCheckNodePort` may not change';
    refuseChange(report, 'spec.healthCheckNodePort', message, 'FieldValueForbidden');
  }
};

/**
 * What the server finds while it allocates addresses; it then looks no further.
 * Source: kubernetes pkg/registry/core/service/storage/alloc.go, `initIPFamilyFields`.
 */
export const validateServiceAllocation: UpdateValidator = (live, next, report) => {
  const [before, after] = [objectIn(live, 'spec') ?? {}, objectIn(next, 'spec') ?? {}];
  if (after.type === 'ExternalName') return;
  const found = findFamilyFaults(after);
  for (const { field, message, reason } of found) refuseChange(report, field, message, reason);
  if (found.length > 0 || after.ipFamilyPolicy === 'SingleStack') return;
  const isReduced = ['clusterIPs', 'ipFamilies'].some((name) => {
    const count = textsIn(after, name).length;
    return count > 0 && count < textsIn(before, name).length;
  });
  if (!isReduced) return;
  refuseChange(report, 'spec.ipFamilyPolicy', '`ipFamilyPolicy` must be `SingleStack` to give up an address family');
};

/** Source: kubernetes pkg/apis/core/validation, `ValidateServiceClusterIPsRelatedFields`. */
function findFamilyFaults(spec: Draft): readonly Fault[] {
  const addresses = textsIn(spec, 'clusterIPs');
  const families = textsIn(spec, 'ipFamilies');
  const faults: Fault[] = [];
  if ((spec.clusterIP ?? '') !== (addresses[0] ?? '')) {
    faults.push({ field: 'spec.clusterIPs', message: 'the first of `clusterIPs` is not `clusterIP`' });
  }
  const { ipFamilyPolicy: policy } = spec;
  if (!isUnset(spec, 'ipFamilyPolicy') && !FAMILY_POLICIES.includes(String(policy))) {
    const message = `\`${policy}\` is none of ${FAMILY_POLICIES.map((name) => `\`${name}\``).join(', ')}`;
    faults.push({ field: 'spec.ipFamilyPolicy', message, reason: 'FieldValueNotSupported' });
  }
  for (const [index, family] of families.entries()) {
    const field = `spec.ipFamilies[${index}]`;
    if (family !== 'IPv4' && family !== 'IPv6') {
      faults.push({
        field,
        message: `\`${family}\` is neither \`IPv4\` nor \`IPv6\``,
        reason: 'FieldValueNotSupported',
      });
    } else if (families.indexOf(family) < index) {
      faults.push({ field, message: `\`${family}\` is there twice`, reason: 'FieldValueDuplicate' });
    }
  }
  for (const [index, address] of addresses.entries()) {
    const [family, wanted] = [familyOf(address), families[index]];
    const isMismatch = (wanted === 'IPv4' && family === 'IPv6') || (wanted === 'IPv6' && family === 'IPv4');
    if (addresses[0] === 'None' || !isMismatch) continue;
    const message = `the address of the Service is of ${family}, and \`ipFamilies\` asks for ${wanted}`;
    faults.push({ field: `spec.clusterIPs[${index}]`, message });
  }
  return faults;
}

const FAMILY_POLICIES: readonly string[] = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];

interface Fault {
  readonly field: string;
  readonly message: string;
  readonly reason?: RefusalReason;
}

function compareAddresses(before: Draft, after: Draft, report: ReportUpdate): void {
  const [old, now] = [textsIn(before, 'clusterIPs'), textsIn(after, 'clusterIPs')];
  const field = (index: number) => `spec.clusterIPs[${index}]`;
  const changed = 'the address of a Service may not change once set';
  if (old.length === now.length) {
    for (const [index, address] of old.entries()) {
      if (address !== now[index]) refuseChange(report, field(index), changed);
    }
    return;
  }
  if (old.length > now.length && now.length === 0) {
    refuseChange(report, field(0), 'the first address of a Service may not be removed');
  } else if (old.length > 0 && old[0] !== now[0]) {
    refuseChange(report, field(0), changed);
  }
  if (old.length > now.length && now.length === 1 && after.ipFamilyPolicy !== 'SingleStack') {
    refuseChange(report, 'spec.ipFamilyPolicy', '`ipFamilyPolicy` must be `SingleStack` to give up the second address');
  }
}

function compareFamilies(before: Draft, after: Draft, report: ReportUpdate): void {
  const [old, now] = [textsIn(before, 'ipFamilies'), textsIn(after, 'ipFamilies')];
  const changed = 'the address families of a Service may not change once set';
  const isChanged = old.length === now.length ? !isEqual([...old], [...now]) : now.length > 0 && old[0] !== now[0];
  if (isChanged && old.length > 0) refuseChange(report, 'spec.ipFamilies[0]', changed);
  if (old.length > now.length && now.length === 1 && after.ipFamilyPolicy !== 'SingleStack') {
    refuseChange(report, 'spec.ipFamilyPolicy', '`ipFamilyPolicy` must be `SingleStack` to give up the second family');
  }
}

function familyOf(address: string): IpFamily | undefined {
  const family = parseIpAddress(address)?.family;
  return family && `IPv${family}`;
}

function textsIn(spec: Draft, name: string): readonly string[] {
  const list = spec[name];
  return Array.isArray(list) ? list.map(String) : [];
}

function needsClusterIp({ type }: Draft): boolean {
  return type !== 'ExternalName';
}

function isTypeWithNodePorts({ type }: Draft): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

function allocatesNodePorts(spec: Draft): boolean {
  return (
    spec.type === 'NodePort' ||
    (spec.type === 'LoadBalancer' &&
      (isUnset(spec, 'allocateLoadBalancerNodePorts') || spec.allocateLoadBalancerNodePorts === true))
  );
}

function needsHealthPort({ type, externalTrafficPolicy }: Draft): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function isReachable(spec: Draft): boolean {
  return isTypeWithNodePorts(spec) || (spec.type === 'ClusterIP' && !isEmpty(spec.externalIPs));
}
