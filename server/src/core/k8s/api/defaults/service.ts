import { parseIpAddress } from '../../ipAddress.ts';
import {
  type Draft,
  type DraftValue,
  fillEmpty,
  fillUnset,
  isEmpty,
  objectIn,
  objectsIn,
  openObject,
} from './draft.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/**
 * A Service. Addresses and node ports that the server draws are left out; address families are those of a cluster that
 * serves `clusterFamilies`, the preferred one first. Source: kubernetes pkg/apis/core/v1/defaults.go,
 * `SetDefaults_Service`; pkg/registry/core/service/storage, `normalizeClusterIPs` and `initIPFamilyFields`.
 */
export function defaultService(service: Draft, clusterFamilies: readonly IpFamily[]): void {
  const spec = openObject(service, 'spec');
  fillEmpty(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const config = openObject(openObject(spec, 'sessionAffinityConfig'), 'clientIP');
    fillUnset(config, 'timeoutSeconds', 10_800);
  }
  fillEmpty(spec, 'type', 'ClusterIP');
  for (const port of objectsIn(spec, 'ports')) {
    fillEmpty(port, 'protocol', 'TCP');
    if (isEmpty(port.targetPort) && port.port !== undefined) port.targetPort = port.port;
  }
  defaultTraffic(spec);
  if (spec.type !== 'ExternalName') defaultFamilies(spec, clusterFamilies);
}

function defaultTraffic(spec: Draft): void {
  const { type } = spec;
  const isBalanced = type === 'LoadBalancer';
  const isExternal = isBalanced || type === 'NodePort' || (type === 'ClusterIP' && !isEmpty(spec.externalIPs));
  if (isExternal) fillEmpty(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'ExternalName') delete spec.internalTrafficPolicy;
  else fillUnset(spec, 'internalTrafficPolicy', 'Cluster');
  if (isBalanced) fillUnset(spec, 'allocateLoadBalancerNodePorts', true);
}

function defaultFamilies(spec: Draft, clusterFamilies: readonly IpFamily[]): void {
  if (!isEmpty(spec.clusterIP) && isEmpty(spec.clusterIPs)) spec.clusterIPs = [spec.clusterIP as DraftValue];
  const isHandMade = spec.clusterIP === 'None' && isEmpty(objectIn(spec, 'selector'));
  fillUnset(spec, 'ipFamilyPolicy', isHandMade ? 'RequireDualStack' : 'SingleStack');
  const written = Array.isArray(spec.ipFamilies) ? spec.ipFamilies : [];
  const families: DraftValue[] = [...written, ...familiesOf(spec.clusterIPs).slice(written.length)];
  if (families.length === 0) families.push(clusterFamilies[0] ?? 'IPv4');
  const isDual = isHandMade || clusterFamilies.length > 1;
  if (isDual && families.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  }
  spec.ipFamilies = families;
}

function familiesOf(addresses: DraftValue | undefined): readonly IpFamily[] {
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap((address) => {
    const family = typeof address === 'string' ? parseIpAddress(address)?.family : undefined;
    return family ? [`IPv${family}` as const] : [];
  });
}
