import type { EndpointsObject } from '../k8s/endpoints.ts';
import type { Field } from '../k8s/field.ts';
import { type Service, selectsPods, serviceTypeOf } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { ClusterFacts, IpFamily } from './clusterFacts.ts';
import { endpointsOf, endpointsOfObject, slicesOfObject } from './handWritten.ts';
import { oldEndpoints } from './oldEndpoints.ts';
import type { PredictedEndpoints, PredictedService, PredictedSlice } from './prediction.ts';
import { type Doubt, reasonAt } from './reason.ts';
import { sameNamespace } from './selection.ts';
import { podsOfService } from './servicePods.ts';
import { slicesOfPods } from './slices.ts';

/** A hand-written EndpointSlice that belongs to no Service. */
export interface UnattachedSlice {
  readonly source: EndpointsObject;
  /** What its label names. */
  readonly serviceName: string | undefined;
  readonly slice: PredictedSlice;
}

/**
 * What the endpoint controllers make of a Service and the manifests beside it. Sources: k8s.io/endpointslice/reconciler.go,
 * pkg/controller/endpoint/endpoints_controller.go, pkg/controller/endpointslicemirroring.
 */
export function predictService(index: ResourceIndex, service: Service, facts: ClusterFacts): PredictedService {
  const kind = kindOf(service);
  const families = kind === 'externalName' ? [] : familiesOf(service, facts);
  const written = endpointsObjectsOf(index, service);
  const slices = written.filter(({ kind: objectKind }) => objectKind === 'EndpointSlice');
  const object = written.find(({ kind: objectKind }) => objectKind === 'Endpoints');
  const byHand = slices
    .filter(({ managedBy }) => kind !== 'selector' || managedBy?.value !== SLICE_CONTROLLER)
    .flatMap((slice) => slicesOfObject(slice));
  const base = { service, kind, families };
  if (kind === 'selector') {
    const { pods, doubts } = podsOfService(index, service, facts);
    const made = slicesOfPods(service, pods, families, facts);
    const endpoints = { subsets: oldEndpoints(service, pods, families[0], facts), source: undefined };
    return { ...base, slices: [...made, ...byHand], endpoints, doubts: [...doubts, ...openDoubts(service, facts)] };
  }
  // The controllers look at the selector alone: one that an ExternalName does not use stops the mirroring as well.
  const mirrored = object !== undefined && !hasSelector(service) ? endpointsOf(object) : [];
  return {
    ...base,
    slices: [...mirrored, ...byHand],
    endpoints: object && endpointsOfObject(object),
    doubts: openDoubts(service, facts),
  };
}

export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';

/** The hand-written slices whose label names no Service of their namespace. */
export function unattachedSlices(index: ResourceIndex): readonly UnattachedSlice[] {
  return [...index.ofType('endpoints')].flatMap((source) => {
    if (source.kind !== 'EndpointSlice' || hasService(index, source)) return [];
    return slicesOfObject(source).map((slice) => ({ source, serviceName: source.service?.value, slice }));
  });
}

/** The Endpoints objects beside which there is no Service. */
export function endpointsWithoutService(
  index: ResourceIndex,
): readonly { readonly source: EndpointsObject; readonly endpoints: PredictedEndpoints }[] {
  return [...index.ofType('endpoints')].flatMap((source) =>
    source.kind !== 'Endpoints' || hasService(index, source) ? [] : [{ source, endpoints: endpointsOfObject(source) }],
  );
}

function hasService(index: ResourceIndex, { service, namespace }: EndpointsObject): boolean {
  if (service !== undefined && service.value === undefined) return true;
  if (service?.value === undefined) return false;
  return index.services(service.value).some((other) => sameNamespace(other.namespace, namespace) !== 'no');
}

function endpointsObjectsOf(index: ResourceIndex, service: Service): readonly EndpointsObject[] {
  const name = service.name?.value;
  if (name === undefined || index.countOfType('endpoints') === 0) return [];
  return (index.derive(objectsByService).get(name) ?? []).filter(
    ({ namespace }) => sameNamespace(namespace, service.namespace) === 'yes',
  );
}

function objectsByService(index: ResourceIndex): ReadonlyMap<string, readonly EndpointsObject[]> {
  const found = new Map<string, EndpointsObject[]>();
  for (const object of index.ofType('endpoints')) {
    const name = object.service?.value;
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), object]);
  }
  return found;
}

function kindOf(service: Service): PredictedService['kind'] {
  const type = serviceTypeOf(service);
  if (type === undefined || service.opaque) return 'unknown';
  if (type === 'ExternalName') return 'externalName';
  return selectsPods(service) ? 'selector' : 'none';
}

function hasSelector({ selector }: Service): boolean {
  return selector !== undefined && (selector.open || selector.requirements.length > 0);
}

/**
 * A Service's address families as the API server fills them in: written ones, those of a written address, else the
 * cluster's default, and both where the policy asks for two (pkg/registry/core/service/storage/alloc.go,
 * `initIPFamilyFields`). A headless Service without selector gets both.
 */
export function familiesOf(service: Service, { families }: ClusterFacts): readonly IpFamily[] {
  const written = service.ipFamilies.flatMap((field) => (isFamily(field) ? [field.value] : []));
  if (written.length > 1) return written;
  const isHeadlessAlone = service.clusterIP?.value === 'None' && !hasSelector(service);
  const address = service.clusterIP?.value;
  const first: IpFamily = written[0] ?? (address?.includes(':') === true ? 'IPv6' : familyOfAddress(address, families));
  const policy = service.ipFamilyPolicy?.value;
  const wantsBoth =
    policy === 'RequireDualStack' ||
    (policy === 'PreferDualStack' && families.length > 1) ||
    (policy === undefined && isHeadlessAlone && written.length === 0);
  return wantsBoth ? [first, first === 'IPv4' ? 'IPv6' : 'IPv4'] : [first];
}

function familyOfAddress(address: string | undefined, families: readonly IpFamily[]): IpFamily {
  return address !== undefined && /^\d+\./.test(address) ? 'IPv4' : (families[0] ?? 'IPv4');
}

function isFamily(field: Field<string>): field is { value: IpFamily; start: number; end: number } {
  return field?.value === 'IPv4' || field?.value === 'IPv6';
}

function openDoubts(service: Service, facts: ClusterFacts): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const add = (text: string, at: { readonly start: number; readonly end: number } | undefined) =>
    doubts.push({ ...reasonAt(service, text), ...(at && { start: at.start, end: at.end }), about: 'more' });
  if (service.opaque) add('a template or patch shapes the Service', undefined);
  if (service.serviceType !== undefined && service.serviceType.value === undefined)
    add('its type is not decided', service.serviceType);
  if (service.selector?.open === true) add('its selector is not decided', service.selector);
  if (service.portsOpen) add('its ports are not decided', service.portsSpan);
  const why = facts.whyMore?.(service.namespace);
  if (why !== undefined) add(why, undefined);
  return doubts;
}
