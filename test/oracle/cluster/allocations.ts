import { containsAddress, parseCidr, parseIpAddress } from '../../../server/src/core/k8s/ipAddress.ts';
import { toList, toObject } from './apiServer.ts';

/** What other Services have. */
export interface Allocations {
  readonly nodePorts: ReadonlySet<number>;
  readonly addresses: ReadonlySet<string>;
}

const RANGES = ['10.96.0.0/16', 'fd00:10:96::/112'];
const FIRST_NODE_PORT = 30_000;
const LAST_NODE_PORT = 32_767;

/** Why a Service does not get the addresses and node ports that it asks for. */
export function allocationFault(manifest: unknown, taken: Allocations): string | undefined {
  const spec = toObject(toObject(manifest).spec);
  if (spec.type === 'ExternalName') return undefined;
  const written = [...new Set([spec.clusterIP, ...toList(spec.clusterIPs)])];
  for (const text of written) {
    if (typeof text !== 'string' || text === '' || text === 'None') continue;
    const address = parseIpAddress(text);
    const isServed = RANGES.some((range) => {
      const cidr = parseCidr(range);
      return cidr !== undefined && address !== undefined && containsAddress(cidr, address);
    });
    if (!isServed) return `${text} is not in the range`;
    if (taken.addresses.has(text)) return `${text} is taken`;
  }
  const own = new Set<string>();
  for (const item of toList(spec.ports)) {
    const { nodePort, protocol } = toObject(item);
    if (typeof nodePort !== 'number' || nodePort === 0) continue;
    if (nodePort < FIRST_NODE_PORT || nodePort > LAST_NODE_PORT) return `node port ${nodePort} is out of range`;
    const key = `${nodePort} ${String(protocol ?? 'TCP')}`;
    if (taken.nodePorts.has(nodePort) || own.has(key)) return `node port ${nodePort} is taken`;
    own.add(key);
  }
  const { healthCheckNodePort: health } = spec;
  if (typeof health !== 'number' || health === 0) return undefined;
  if (health < FIRST_NODE_PORT || health > LAST_NODE_PORT) return `node port ${health} is out of range`;
  return taken.nodePorts.has(health) ? `node port ${health} is taken` : undefined;
}
