import type { Span } from '../core/base/span.ts';
import { type ConnectionSet, isEmptySet, PROTOCOLS } from '../core/cluster/connectionSet.ts';
import type { Difference } from '../core/cluster/difference.ts';
import { type ChangedEnds, type ConnectionsChange, workloadName } from '../core/cluster/differenceConnections.ts';
import type { EndpointChange, EndpointsChange } from '../core/cluster/differenceNames.ts';
import type { LostNeed } from '../core/cluster/differenceNeeds.ts';
import type { RefusedChange } from '../core/cluster/differenceObjects.ts';
import { portsText } from '../core/cluster/portIntervals.ts';
import { describeResource, headSpan, type ResourceBase } from '../core/k8s/resourceBase.ts';
import type { Place, ReportedFinding } from './report.ts';

/** What a change does, as `diff --format json` prints it. What several sets of units share is said once, with all of them. */
export interface DiffAnswer {
  readonly needs: readonly (Placed & NeedJson)[];
  readonly refused: readonly (Placed & RefusedJson)[];
  readonly workloads: LostAndGained<Placed & { readonly workload: string }>;
  readonly connections: LostAndGained<ConnectionJson>;
  readonly endpoints: LostAndGained<EndpointJson>;
  readonly dns: LostAndGained<Placed & DnsJson> & { readonly changed: readonly (Placed & DnsJson)[] };
  readonly findings: LostAndGained<ReportedFinding>;
  /** Sets of units with more groups of workloads than can be compared. */
  readonly uncompared: readonly { readonly groups: number; readonly limit: number }[];
}

interface LostAndGained<T> {
  readonly lost: readonly T[];
  readonly gained: readonly T[];
}

interface Placed extends Scoped {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Units are named where there are several sets of them. */
interface Scoped {
  readonly units?: readonly string[];
}

export interface NeedJson {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly reason: string;
  /** What says that it is needed: `env ORDERS_URL: http://orders`. */
  readonly evidence: string;
  readonly deniedBy: readonly { readonly policy: string; readonly file: string; readonly line: number }[];
}

export interface RefusedJson {
  readonly kind: RefusedChange['kind'];
  readonly object: string;
  readonly field: string;
  readonly message: string;
}

export interface ConnectionJson extends Scoped {
  /** Workloads (`shop/Deployment/web`) or blocks of addresses; each of these to each of `to`. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** `{"TCP": "80, 8000-8999"}`. */
  readonly ports: Readonly<Record<string, string>>;
  readonly isCertain: boolean;
}

export interface EndpointJson extends Scoped, EndpointChange {
  readonly service: string;
  /** Ready endpoints of the Service before and after. */
  readonly counts: EndpointsChange['counts'];
}

export interface DnsJson {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isCertain: boolean;
}

type PlaceOf = (file: string, span: Span) => Place;

export interface AnswerContext {
  readonly before: PlaceOf;
  readonly after: PlaceOf;
  readonly findings: DiffAnswer['findings'];
}

/** Puts the differences of all sets of units together. */
export function answerOf(differences: readonly Difference[], context: AnswerContext): DiffAnswer {
  const { before, after, findings } = context;
  const collect = <T extends Scoped>(of: (difference: Difference) => readonly T[]): readonly T[] =>
    mergeScopes(differences, of);
  const workloads = (side: 'removed' | 'added', place: PlaceOf) =>
    collect<DiffAnswer['workloads']['lost'][number]>(({ connections }) =>
      ('limit' in connections ? [] : connections[side]).map((workload) => ({
        workload: workloadName(workload),
        ...spot(place, workload),
      })),
    );
  const dns = (isWanted: (before: boolean, after: boolean) => boolean) =>
    collect<DiffAnswer['dns']['lost'][number]>(({ names }) =>
      names.dns.flatMap(({ name, service, before: was, after: now, isCertain }) =>
        isWanted(was !== undefined, now !== undefined)
          ? [
              {
                name,
                before: was ?? null,
                after: now ?? null,
                isCertain,
                ...spot(now === undefined ? before : after, service),
              },
            ]
          : [],
      ),
    );
  const endpoints = (side: 'lost' | 'gained') =>
    collect(({ names }) =>
      names.endpoints.flatMap(({ service, counts, ...change }) =>
        change[side].map((each): EndpointJson => ({ service, ...each, counts })),
      ),
    );
  return {
    needs: collect(({ needs }) => needs.map((need) => needJson(need, after))),
    refused: collect(({ refused }) => refused.map((one) => refusedJson(one, after))),
    workloads: { lost: workloads('removed', before), gained: workloads('added', after) },
    connections: {
      lost: collect((each) => connectionsJson(each, 'lost', 'perhapsLost')),
      gained: collect((each) => connectionsJson(each, 'gained', 'perhapsGained')),
    },
    endpoints: { lost: endpoints('lost'), gained: endpoints('gained') },
    dns: {
      lost: dns((was, now) => was && !now),
      gained: dns((was, now) => !was && now),
      changed: dns((was, now) => was && now),
    },
    findings,
    uncompared: differences.flatMap(({ connections }) => ('limit' in connections ? [connections] : [])),
  };
}

/** Whether anything is certainly lost, or refused. */
export function isLoss({ needs, refused, workloads, connections, endpoints, dns }: DiffAnswer): boolean {
  const isCertain = (one: { readonly isCertain: boolean }) => one.isCertain;
  return (
    needs.length + refused.length + workloads.lost.length > 0 ||
    [connections.lost, endpoints.lost, dns.lost].some((list) => list.some(isCertain))
  );
}

/** Equal entries of several sets of units are one. */
function mergeScopes<T extends Scoped>(
  differences: readonly Difference[],
  of: (difference: Difference) => readonly T[],
): readonly T[] {
  if (differences.length < 2) return differences.flatMap(of);
  const found = new Map<string, T>();
  for (const difference of differences) {
    for (const entry of of(difference)) {
      const key = JSON.stringify(entry);
      const units = [...(found.get(key)?.units ?? []), ...difference.group.labels];
      found.set(key, { ...entry, units });
    }
  }
  return [...found.values()];
}

function spot(placeOf: PlaceOf, resource: ResourceBase, at: Span = headSpan(resource)) {
  const { file, line, column } = placeOf(resource.file, at);
  return { file, line, column };
}

function needJson({ from, to, port, reason, evidence, deciders }: LostNeed, placeOf: PlaceOf): Placed & NeedJson {
  const { kind, resource, name, text } = evidence;
  const source =
    kind === 'host'
      ? `${name === '' ? describeResource(resource) : name}: ${text}`
      : `${describeResource(resource)}: ${text}`;
  const denying = deciders.map(({ policy, at }) => {
    const { file, line } = placeOf(policy.file, at);
    return { policy: describeResource(policy), file, line };
  });
  return { from, to, port, reason, evidence: source, deniedBy: denying, ...spot(placeOf, resource, evidence) };
}

function refusedJson({ kind, resource, field, message, at }: RefusedChange, placeOf: PlaceOf): Placed & RefusedJson {
  const place = resource.namespace?.value;
  const object = `${place === undefined ? '' : `${place}/`}${describeResource(resource)}`;
  return { kind, object, field, message, ...spot(placeOf, resource, at) };
}

function connectionsJson(
  { connections }: Difference,
  certain: 'lost' | 'gained',
  perhaps: 'perhapsLost' | 'perhapsGained',
): readonly ConnectionJson[] {
  if ('limit' in connections) return [];
  return connections.changes.flatMap((change) => [
    ...connectionJson(change, change[certain], true),
    ...connectionJson(change, change[perhaps], false),
  ]);
}

function connectionJson(
  { from, to }: ConnectionsChange,
  set: ConnectionSet,
  isCertain: boolean,
): readonly ConnectionJson[] {
  if (isEmptySet(set)) return [];
  const ports = Object.fromEntries(
    PROTOCOLS.filter((protocol) => set[protocol].length > 0).map((protocol) => [protocol, portsText(set[protocol])]),
  );
  return [{ from: from.flatMap(namesOf), to: to.flatMap(namesOf), ports, isCertain }];
}

function namesOf(ends: ChangedEnds): readonly string[] {
  return ends.kind === 'outside' ? ends.names : ends.workloads.map(({ name }) => name);
}
