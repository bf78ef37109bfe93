import { child, items, type Place } from '../../../place.ts';
import { isWholeList } from '../../values.ts';
import { numberAt } from '../../workloads/checks.ts';
import type { ServiceShape } from './shape.ts';

export interface NodePortAllocation {
  /**
   * The node port of each port, in order: a number, a text that stands for a number that the server draws, `0` for none,
   * `undefined` where not decided.
   */
  readonly nodePorts: readonly (number | string | undefined)[];
  /** The numbers that the ports ask for. */
  readonly taken: ReadonlySet<number>;
  /** The first port that asks for a number that an earlier one has taken. */
  readonly conflict?: { readonly place: Place; readonly nodePort: number };
}

/**
 * Which node ports a Service gets: ports of one number (TCP and UDP) share theirs where only one of them, or none, names
 * one. Which node ports a cluster has is its own setting and does not count here.
 * Source: kubernetes pkg/registry/core/service/storage/alloc.go, `initNodePorts`.
 */
export function allocateNodePorts({ spec, type, drawsNodePorts }: ServiceShape): NodePortAllocation {
  const list = child(spec, 'ports');
  const ports = items(list).map((port): AskedPort => {
    const place = child(port, 'nodePort');
    return { place, port: numberAt(child(port, 'port')), nodePort: numberAt(place) };
  });
  const taken = new Set<number>();
  if (type !== undefined && type !== 'NodePort' && type !== 'LoadBalancer')
    return { nodePorts: ports.map(({ nodePort }) => nodePort), taken };
  if (!isWholeList(list) || drawsNodePorts === undefined || !ports.every(isDecidedPort))
    return { nodePorts: [], taken };
  const nodePorts: (number | string)[] = [];
  const shared = new Map<number, number | string>();
  for (const { place, port, nodePort } of ports) {
    if (nodePort === 0 && !drawsNodePorts) {
      nodePorts.push(0);
      continue;
    }
    const known = shared.get(port);
    const asked = known === undefined ? askedFor(port, ports) : nodePort === 0 || nodePort === known ? 0 : nodePort;
    if (taken.has(asked)) return { nodePorts: [], taken, conflict: { place, nodePort: asked } };
    if (asked !== 0) taken.add(asked);
    const given = asked !== 0 ? asked : (known ?? `drawn for ${port}`);
    nodePorts.push(given);
    if (known === undefined) shared.set(port, given);
  }
  return { nodePorts, taken };
}

interface AskedPort {
  readonly place: Place;
  readonly port: number | undefined;
  readonly nodePort: number | undefined;
}

interface DecidedPort extends AskedPort {
  readonly port: number;
  readonly nodePort: number;
}

function isDecidedPort(port: AskedPort): port is DecidedPort {
  return port.port !== undefined && port.nodePort !== undefined;
}

/** The first node port that any port of a number asks for, `0` for none. */
function askedFor(port: number, ports: readonly DecidedPort[]): number {
  return ports.find((other) => other.port === port && other.nodePort !== 0)?.nodePort ?? 0;
}
