import {
  type ConnectionBounds,
  type ConnectionSet,
  connectionsText,
  isEmptySet,
  subtractConnections,
} from '../../core/cluster/connectionSet.ts';
import { isOutside, outsideNames } from '../../core/cluster/outsideNames.ts';
import type { MatrixEnd } from '../../core/cluster/reachClasses.ts';
import type { ReachGroup, ReachMatrix } from '../../core/cluster/reachMatrix.ts';
import { replicasOf } from '../../core/k8s/workload.ts';
import { endName } from '../reachEnds.ts';

/** All connections of units that are applied together. */
export interface LabelledMatrix {
  /** `overlays/dev`; of several units, all of them. */
  readonly label: string;
  readonly matrix: ReachMatrix;
}

/** Connections from the members of one group to those of another. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly bounds: ConnectionBounds;
}

/** The pairs that can be asked about: not address to address, and not a single Pod to itself. */
export function* edgesOf({ groups, boundsOf }: ReachMatrix): Iterable<Edge> {
  for (const [from, source] of groups.entries()) {
    for (const [to, destination] of groups.entries()) {
      if (isOutside(source) && isOutside(destination)) continue;
      if (from === to && !hasPairs(source)) continue;
      yield { from, to, bounds: boundsOf(from, to) };
    }
  }
}

/** `TCP 80; perhaps all UDP`, `nothing`. */
export function boundsText({ sure, possible }: ConnectionBounds): string {
  const rest = subtractConnections(possible, sure);
  if (isEmptySet(rest)) return connectionsText(sure);
  return isEmptySet(sure)
    ? `perhaps ${connectionsText(rest)}`
    : `${connectionsText(sure)}; perhaps ${connectionsText(rest)}`;
}

/** The same, remembering what it was asked: a matrix holds few different bounds. */
export function createBoundsText(): (bounds: ConnectionBounds) => string {
  const known = new Map<ConnectionSet, Map<ConnectionSet, string>>();
  return (bounds) => {
    const own = known.get(bounds.sure) ?? new Map<ConnectionSet, string>();
    known.set(bounds.sure, own);
    const text = own.get(bounds.possible) ?? boundsText(bounds);
    own.set(bounds.possible, text);
    return text;
  };
}

/** `shop/Deployment/web`, or blocks of addresses; at most `limit` names. */
export function groupNames({ groups }: ReachMatrix, at: number, limit: number): readonly string[] {
  const group = groups[at];
  if (group === undefined) return [];
  if (isOutside(group)) return outsideNames(group, groups, limit);
  const names = group.members.flatMap(nameOf);
  const more = names.length - limit;
  return more > 0 ? [...names.slice(0, limit), `${more} more`] : names;
}

/** Whether two different Pods of the group exist, or may. */
function hasPairs({ members }: ReachGroup): boolean {
  const [first] = members;
  return members.length > 1 || (first?.kind === 'pods' && replicasOf(first.workload) !== 1);
}

export function nameOf(end: MatrixEnd): readonly string[] {
  return end.kind === 'pods' ? [endName(end.workload)] : [];
}
