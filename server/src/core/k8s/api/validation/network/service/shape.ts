import { child, isAbsent, items, type Place } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { flagAt } from '../../workloads/checks.ts';

/** What the parts of a Service's validation need to know of it; `undefined` and empty where it is not decided. */
export interface ServiceShape {
  readonly object: Place;
  readonly spec: Place;
  /** The type, `ClusterIP` where none is given. */
  readonly type: string | undefined;
  /** `clusterIPs`, or the one of `clusterIP`, under the names of the former; `undefined` where not decided. */
  readonly clusterIps: readonly ClusterIp[] | undefined;
  readonly isHeadless: boolean | undefined;
  /** Whether it is reached from outside of the cluster, which `externalTrafficPolicy` is about. */
  readonly isExternal: boolean | undefined;
  /** Whether the server draws node ports for ports that name none. */
  readonly drawsNodePorts: boolean | undefined;
}

export interface ClusterIp {
  readonly place: Place;
  readonly text: string;
}

export function readServiceShape(object: Place): ServiceShape {
  const spec = child(object, 'spec');
  const typeText = textAt(child(spec, 'type'));
  const type = typeText === '' ? 'ClusterIP' : typeText;
  const clusterIps = readClusterIps(spec);
  return {
    object,
    spec,
    type,
    clusterIps,
    isHeadless: clusterIps && clusterIps.length === 1 && clusterIps[0]?.text === 'None',
    isExternal: readIsExternal(spec, type),
    drawsNodePorts: readDrawsNodePorts(spec, type),
  };
}

/** Source: kubernetes pkg/registry/core/service/storage, `normalizeClusterIPs`. */
function readClusterIps(spec: Place): readonly ClusterIp[] | undefined {
  const list = child(spec, 'clusterIPs');
  if (!isAbsent(list) && list.node?.kind !== 'sequence') return undefined;
  const places = items(list);
  if (places.length === 0) {
    const single = child(spec, 'clusterIP');
    const text = textAt(single);
    if (text === undefined || !isWholeList(list)) return undefined;
    return text === '' ? [] : [{ place: { ...single, path: `${list.path}[0]` }, text }];
  }
  const ips: ClusterIp[] = [];
  for (const place of places) {
    const text = textAt(place);
    if (text === undefined || !isWholeList(list)) return undefined;
    ips.push({ place, text });
  }
  return ips;
}

/** Source: kubernetes pkg/api/service/util.go, `ExternallyAccessible`. */
function readIsExternal(spec: Place, type: string | undefined): boolean | undefined {
  if (type === 'LoadBalancer' || type === 'NodePort') return true;
  const externalIps = child(spec, 'externalIPs');
  if (type === 'ClusterIP' && items(externalIps).length > 0) return isWholeList(externalIps) ? true : undefined;
  if (type === 'ClusterIP') return isWholeList(externalIps) ? false : undefined;
  return type === undefined ? undefined : false;
}

/** Source: kubernetes pkg/registry/core/service/storage/alloc.go, `shouldAllocateNodePorts`. */
function readDrawsNodePorts(spec: Place, type: string | undefined): boolean | undefined {
  if (type !== 'LoadBalancer') return type === undefined ? undefined : type === 'NodePort';
  const wanted = child(spec, 'allocateLoadBalancerNodePorts');
  return isAbsent(wanted) ? true : flagAt(wanted);
}
