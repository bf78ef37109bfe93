import type { Span } from '../base/span.ts';
import { type DeclaredNeed, declaredNeedsOf } from '../cluster/declaredNeeds.ts';
import { selectWorkloads } from '../cluster/selection.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { type CallVerdict, judgeNeeds, verdictText } from './callVerdict.ts';
import { type EndName, findEnd, nameEnd } from './connectionEnds.ts';
import type { NavigationRequest } from './definition.ts';
import { objectsAt, unitsFor } from './locate.ts';

/** One who calls, or is called. */
export interface CallItem {
  /** `Service/orders`, `kubelet`, or a host of the world. */
  readonly name: string;
  /** What the policies say of the call that leads to it, then namespace and unit: views cut what is long. */
  readonly detail: string;
  readonly sort: 'service' | 'workload' | 'route' | 'other';
  readonly file: string;
  readonly span: Span;
  /** Lies in `span`. */
  readonly selection: Span;
  /** For further questions; `undefined` where nothing is known of it. */
  readonly end: Extract<EndName, { kind: 'object' }> | undefined;
}

/** A call with the places that declare it. */
export interface Call {
  readonly item: CallItem;
  readonly places: readonly FileSpan[];
}

export interface FileSpan extends Span {
  readonly file: string;
}

/** The Service, workload, Ingress or route at a place, once for each unit that has it. */
export function prepareCalls({ folder, path, offset, view }: NavigationRequest): readonly CallItem[] {
  return unitsFor(folder, path, view).flatMap(({ unit, isChart }) =>
    isChart
      ? []
      : objectsAt(unit, path, offset).flatMap((resource) => (isCaller(resource) ? [itemOf(unit, resource)] : [])),
  );
}

/** Who is declared to call a Service or a workload: programs by hosts in their values, Ingresses and routes, and probes. */
export function incomingCalls(folder: WorkspaceFolder, end: EndName, clusterDomain: string): readonly Call[] {
  const found = end.kind === 'object' ? findEnd(folder, end) : undefined;
  if (found === undefined) return [];
  const { unit, resource } = found;
  const needs = declaredNeedsOf(unit, clusterDomain).all.filter(
    ({ service, to }) => service === resource || (to.kind === 'pods' && to.workload === resource),
  );
  return groupNeeds(needs, callerKey).map((group) => {
    const verdict = verdictText(judgeNeeds(unit, group));
    return { item: callerItem(unit, group, verdict), places: placesOf(unit, group) };
  });
}

/** Whom a workload is declared to call; the Services of an Ingress or a route; the Pods behind a Service. */
export function outgoingCalls(folder: WorkspaceFolder, end: EndName, clusterDomain: string): readonly Call[] {
  const found = end.kind === 'object' ? findEnd(folder, end) : undefined;
  if (found === undefined) return [];
  const { unit, resource } = found;
  if (resource.type === 'service') {
    const { selector, namespace } = resource;
    if (selector === undefined) return [];
    const { matched, possible } = selectWorkloads(unit.index, selector, namespace);
    const places = placeIn(unit, resource, selector);
    const toCall = (verdict: CallVerdict | undefined) => (workload: Resource) => ({
      item: itemOf(unit, workload, verdict && verdictText(verdict)),
      places,
    });
    return [
      ...matched.map(toCall(undefined)),
      ...possible.map(toCall({ allowed: 'unknown', why: 'perhaps selected' })),
    ];
  }
  const needs = declaredNeedsOf(unit, clusterDomain).all.filter(({ from }) =>
    from.kind === 'pods' ? from.workload === resource : from.kind === 'controller' && from.resource === resource,
  );
  return groupNeeds(needs, goalKey).map((group) => {
    const verdict = verdictText(judgeNeeds(unit, group));
    return { item: goalItem(unit, group, verdict), places: placesOf(unit, group) };
  });
}

type Group = readonly [DeclaredNeed, ...DeclaredNeed[]];

function groupNeeds(needs: readonly DeclaredNeed[], keyOf: (need: DeclaredNeed) => unknown): readonly Group[] {
  const groups = new Map<unknown, [DeclaredNeed, ...DeclaredNeed[]]>();
  const ids = new Map<unknown, Map<string, object>>();
  for (const need of needs) {
    const key = keyOf(need);
    // A caller that is told by two files is two items: places count in one file.
    const byFile = ids.get(key) ?? new Map<string, object>();
    ids.set(key, byFile);
    const id = byFile.get(need.evidence.file) ?? {};
    byFile.set(need.evidence.file, id);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [need]);
    else group.push(need);
  }
  return [...groups.values()];
}

function callerKey({ from }: DeclaredNeed): unknown {
  return from.kind === 'pods' ? from.workload : from.kind === 'controller' ? from.resource : 'kubelet';
}

function goalKey({ service, to }: DeclaredNeed): unknown {
  return service ?? (to.kind === 'pods' ? to.workload : to.host);
}

/** The caller stands where the call is declared: in its own file, or in the ConfigMap that tells it. */
function callerItem(unit: Unit, [{ from, evidence }]: Group, verdict: string): CallItem {
  if (from.kind === 'kubelet')
    return {
      ...itemOf(unit, evidence.resource, 'probes, allowed from the own node'),
      name: 'kubelet',
      sort: 'other',
      end: undefined,
    };
  const caller = from.kind === 'pods' ? from.workload : from.resource;
  const item = itemOf(unit, caller, verdict);
  if (evidence.resource === caller) return item;
  const { file, span, selection } = itemOf(unit, evidence.resource);
  return { ...item, detail: `${item.detail} · told by ${describeResource(evidence.resource)}`, file, span, selection };
}

function goalItem(unit: Unit, [need]: Group, verdict: string): CallItem {
  const { service, to, evidence } = need;
  if (service !== undefined) return itemOf(unit, service, verdict);
  if (to.kind === 'pods') return itemOf(unit, to.workload, verdict);
  const [place] = placeIn(unit, evidence.resource, evidence);
  const span = place ?? { start: 0, end: 0 };
  const detail = to.isInCluster ? 'no manifest here shows it' : 'outside of the manifests';
  return {
    name: to.host,
    detail,
    sort: 'other',
    file: place?.file ?? evidence.file,
    span,
    selection: span,
    end: undefined,
  };
}

function itemOf(unit: Unit, resource: Resource, verdict?: string): CallItem {
  const [head] = placeIn(unit, resource, headSpan(resource));
  const [whole] = placeIn(unit, resource, resource);
  const selection = head ?? { start: 0, end: 0, file: resource.file };
  const isWithin =
    whole !== undefined &&
    whole.file === selection.file &&
    whole.start <= selection.start &&
    selection.end <= whole.end;
  const end = nameEnd(unit, resource);
  return {
    name: describeResource(resource),
    detail: [verdict, resource.namespace?.value, unit.label]
      .filter((text) => text !== undefined && text !== '')
      .join(' · '),
    sort: sortOf(resource),
    file: selection.file,
    span: isWithin ? { start: whole.start, end: whole.end } : { start: selection.start, end: selection.end },
    selection: { start: selection.start, end: selection.end },
    end: end.kind === 'object' ? end : undefined,
  };
}

function sortOf({ type }: Resource): CallItem['sort'] {
  if (type === 'service' || type === 'workload') return type;
  return type === 'ingress' || type === 'route' ? 'route' : 'other';
}

function isCaller(resource: Resource): boolean {
  return sortOf(resource) !== 'other';
}

function placesOf(unit: Unit, group: Group): readonly FileSpan[] {
  const places = group.flatMap(({ evidence }) => placeIn(unit, evidence.resource, evidence));
  return [...new Map(places.map((place) => [`${place.file} ${place.start}`, place])).values()];
}

function placeIn({ siblings }: Unit, { file }: Resource, { start, end }: Span): readonly FileSpan[] {
  return [siblings.files.resolve(file, { start, end })];
}
