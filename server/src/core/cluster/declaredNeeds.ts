import type { Located, Span } from '../base/span.ts';
import type { ConfigMap } from '../k8s/configMap.ts';
import type { Field } from '../k8s/field.ts';
import type { ObjectRef, Route } from '../k8s/gateway.ts';
import { isServiceRef } from '../k8s/gateway.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import type { Protocol } from '../k8s/ports.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import {
  type HostReference,
  holdersOfHosts,
  hostReferencesOf,
  hostWordsOf,
  meaningsOf,
  namespaceOf,
  portOfHost,
  targetOfHost,
} from './hostReferences.ts';
import { belongsTogether, lookUp, nearestTo } from './lookup.ts';
import { knownNamespaces } from './namespaces.ts';
import { type Reached, reachByNumber, reachService, type WantedPort } from './neededPorts.ts';
import { matchWorkload, sameNamespace } from './selection.ts';
import { newMemo, remember, type UnitMemo } from './unitMemo.ts';

/** A connection that the manifests say somebody will open, with the place that says so. */
export interface DeclaredNeed {
  readonly from: NeedSource;
  readonly to: NeedTarget;
  /** `undefined`: not decided. */
  readonly protocol: Protocol | undefined;
  /** At the destination: of Pods the one that policies see, after the Service's translation. `undefined`: not known. */
  readonly port: number | undefined;
  /** The Service that the connection goes by. */
  readonly service: Service | undefined;
  /** Why it may be otherwise, a clause without a full stop; `undefined`: the manifests decide all of it. */
  readonly doubt: string | undefined;
  readonly evidence: NeedEvidence;
}

/** Who connects: a workload's Pods, what serves Ingresses or routes, or the kubelet on the node of the Pods. */
export type NeedSource =
  | { readonly kind: 'pods'; readonly workload: Workload }
  | { readonly kind: 'controller'; readonly resource: Ingress | Route }
  | { readonly kind: 'kubelet' };

/** A workload's Pods, or a host that no Pods of the unit are behind. */
export type NeedTarget = { readonly kind: 'pods'; readonly workload: Workload } | HostTargetOutside;

export interface HostTargetOutside {
  readonly kind: 'host';
  /** As written, or the name that an ExternalName Service leads to. */
  readonly host: string;
  /** It is a name of the cluster's own DNS, of a Service that leads to no Pods of the unit, or that no manifest shows. */
  readonly isInCluster: boolean;
}

/** The place that declares a need. */
export interface NeedEvidence extends Span {
  readonly kind: 'host' | 'ingress' | 'route' | 'probe';
  readonly resource: Workload | ConfigMap | Ingress | Route;
  /** The file of the resource, in which the span lies. */
  readonly file: string;
  /** What is written there: `http://orders:8080`, `orders:http`, `GET /healthz`. */
  readonly text: string;
  /** The variable, key or flag that holds a host; empty where there is none. */
  readonly name: string;
}

/** The needs of a unit. Those of one object are found without looking at all others. */
export interface DeclaredNeeds {
  readonly all: readonly DeclaredNeed[];
  /** What a workload's Pods connect to. */
  readonly from: (workload: Workload) => readonly DeclaredNeed[];
  /** Who connects to a workload's Pods. */
  readonly to: (workload: Workload) => readonly DeclaredNeed[];
  /** What an Ingress or a route leads to. */
  readonly by: (resource: Ingress | Route) => readonly DeclaredNeed[];
}

/**
 * The connections that a unit's manifests declare: by hosts in variables, arguments, commands and in the ConfigMaps and
 * Secrets that they are taken from; by backends of Ingresses and routes; by probes. Found as they are asked for, and again
 * after a change.
 */
export function declaredNeedsOf(unit: Unit, clusterDomain?: string): DeclaredNeeds {
  return remember(unit.index.derive(memo), unit, clusterDomain ?? '', () => makeNeeds(unit, clusterDomain));
}

function memo(): UnitMemo<DeclaredNeeds> {
  return newMemo();
}

function makeNeeds(unit: Unit, clusterDomain: string | undefined): DeclaredNeeds {
  const { index } = unit;
  const ofHolder = keep((holder: Workload | ConfigMap) => [...byHolder(unit, holder, clusterDomain)]);
  const by = keep((resource: Ingress | Route) => [...byBackends(unit, resource)]);
  const ofProbes = keep((workload: Workload) => [...byProbes(workload)]);
  const from = keep((workload: Workload) => {
    const configs = configsOf(index, workload).flatMap(ofHolder);
    return [
      ...ofHolder(workload),
      ...configs.filter((need) => need.from.kind === 'pods' && need.from.workload === workload),
    ];
  });
  const to = keep((workload: Workload) => {
    const names = new Set(servicesOf(index, workload).flatMap(({ name }) => name?.value ?? []));
    const named = [...names];
    const holders = new Set(named.flatMap((name) => holdersOfHosts(index, name)));
    const resources = new Set(named.flatMap((name) => index.derive(resourcesByBackend).get(name) ?? []));
    const found = [...[...holders].flatMap(ofHolder), ...[...resources].flatMap(by)];
    const own = found.filter((need) => need.to.kind === 'pods' && need.to.workload === workload);
    return [...own, ...ofProbes(workload)];
  });
  let all: readonly DeclaredNeed[] | undefined;
  return {
    get all() {
      all ??= [
        ...[...index.ofType('workload'), ...index.ofType('configMap')].flatMap(ofHolder),
        ...[...index.ofType('ingress'), ...index.ofType('route')].flatMap(by),
        ...[...index.ofType('workload')].flatMap(ofProbes),
      ];
      return all;
    },
    from,
    to,
    by,
  };
}

function keep<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** The ConfigMaps and Secrets of which a workload takes values. */
function configsOf(index: ResourceIndex, { template }: Workload): readonly ConfigMap[] {
  const named = template.containers.flatMap(({ environment }) =>
    environment.configs.flatMap(({ kind, name }) => (name?.value === undefined ? [] : index.named(kind, name.value))),
  );
  return [...new Set(named)].filter((resource): resource is ConfigMap => resource.type === 'configMap');
}

/** The Services that select a workload's Pods, or may. */
function servicesOf(index: ResourceIndex, workload: Workload): readonly Service[] {
  const byNamespace = index.derive(servicesByNamespace);
  const name = workload.namespace?.value;
  const near =
    name === undefined
      ? [...byNamespace.values()].flat()
      : [...(byNamespace.get(name) ?? []), ...(byNamespace.get('') ?? [])];
  return near.filter(
    (service) =>
      selectsPods(service) && service.selector !== undefined && matchWorkload(service.selector, workload) !== 'no',
  );
}

/** Those whose namespace is not written or not decided stand under the empty name. */
function servicesByNamespace(index: ResourceIndex): ReadonlyMap<string, readonly Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of index.ofType('service')) addTo(found, service.namespace?.value ?? '', service);
  return found;
}

/** The Ingresses and routes that lead to a Service of a name. */
function resourcesByBackend(index: ResourceIndex): ReadonlyMap<string, readonly (Ingress | Route)[]> {
  const found = new Map<string, (Ingress | Route)[]>();
  for (const ingress of index.ofType('ingress'))
    for (const { service } of ingress.backends) if (service?.value !== undefined) addTo(found, service.value, ingress);
  for (const route of index.ofType('route'))
    for (const { name } of route.backends) if (name?.value !== undefined) addTo(found, name.value, route);
  return found;
}

function addTo<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function* byHolder(
  unit: Unit,
  holder: Workload | ConfigMap,
  clusterDomain: string | undefined,
): Iterable<DeclaredNeed> {
  for (const reference of hostReferencesOf(unit, holder)) yield* byHost(unit, reference, clusterDomain);
  // A word that is the name of no Service may mean anything.
  for (const reference of hostWordsOf(unit, holder))
    if (targetOfHost(unit, reference, clusterDomain) !== undefined) yield* byHost(unit, reference, clusterDomain);
}

function* byBackends(unit: Unit, resource: Ingress | Route): Iterable<DeclaredNeed> {
  if (resource.type === 'ingress') for (const backend of resource.backends) yield* byBackend(unit, resource, backend);
  else for (const backend of resource.backends) yield* byRoute(unit, resource, backend);
}

function* byHost(unit: Unit, reference: HostReference, clusterDomain: string | undefined): Iterable<DeclaredNeed> {
  const { holder, askers, text, name } = reference;
  const number = portOfHost(text);
  const written = text.port === undefined ? text.host.value : `${text.host.value}:${text.port.value}`;
  const evidence: NeedEvidence = {
    kind: 'host',
    resource: holder,
    file: holder.file,
    start: text.host.start,
    end: text.exact && text.port !== undefined ? text.port.end : text.host.end,
    text: text.scheme === undefined ? written : `${text.scheme}://${written}`,
    name,
  };
  const target = targetOfHost(unit, reference, clusterDomain);
  for (const workload of askers) {
    if (askers.length > MANY_TAKERS && !configsMeant(unit, holder, workload).includes(holder)) continue;
    const asking = { from: { kind: 'pods', workload } as const, evidence };
    const doubt = doubtOfAsker(unit, holder, workload);
    if (target === undefined) {
      const isInCluster = isClusterName(unit, text.host, clusterDomain);
      const to = { kind: 'host', host: text.host.value, isInCluster } as const;
      yield { ...asking, to, protocol: 'TCP', port: number, service: undefined, doubt };
      continue;
    }
    const { services, meaning } = target;
    const namespace = namespaceOf(meaning, holder);
    const wanted: WantedPort = {
      number,
      name: undefined,
      isTcp: text.scheme !== undefined && text.scheme !== 'udp',
      pod: meaning.pod,
      readsSlices: false,
    };
    const others = services.length > 1 ? `several Services are named \`${meaning.service}\`` : undefined;
    for (const service of services)
      for (const reached of reachService(unit, service, wanted))
        yield toNeed(asking, service, reached, doubt ?? others ?? doubtOfService(service, namespace));
  }
}

/** Of so many workloads that may take a ConfigMap, most are copies of one application with a ConfigMap each. */
const MANY_TAKERS = 16;

/** The objects of the holder's name that an asker means: those that stand nearest. */
function configsMeant(unit: Unit, holder: Workload | ConfigMap, asker: Workload): readonly Resource[] {
  if (holder.type === 'workload') return [holder];
  const named = unit.index.named(holder.kind, holder.name?.value ?? '');
  return nearestTo(asker, lookUp(named, asker.namespace).here, unit);
}

/** Of the objects with one name, which one the Pods take their variables from. */
function doubtOfAsker(unit: Unit, holder: Workload | ConfigMap, asker: Workload): string | undefined {
  if (asker.opaque) return `a template or patch shapes \`${describeResource(asker)}\``;
  if (holder === asker || holder.type === 'workload') return undefined;
  if (holder.opaque) return `a template or patch shapes \`${describeResource(holder)}\``;
  if (sameNamespace(holder.namespace, asker.namespace) !== 'yes')
    return `whether \`${describeResource(holder)}\` and \`${describeResource(asker)}\` are in one namespace is not decided`;
  const meant = configsMeant(unit, holder, asker);
  if (meant.length === 1 && meant[0] === holder && belongsTogether(asker, holder, unit)) return undefined;
  return `whether \`${describeResource(asker)}\` takes this \`${describeResource(holder)}\` is not decided`;
}

function doubtOfService(service: Service, namespace: Field<string>): string | undefined {
  const name = `\`${describeResource(service)}\``;
  if (service.opaque) return `a template or patch shapes ${name}`;
  return sameNamespace(service.namespace, namespace) === 'yes'
    ? undefined
    : `whether ${name} is in the namespace that is asked is not decided`;
}

/** Whether a host can only be a name of the cluster, or is one word, as names of Services are. */
function isClusterName(unit: Unit, { value }: Located<string>, clusterDomain: string | undefined): boolean {
  return meaningsOf(value, clusterDomain).some(
    ({ isFull, pod, namespace }) =>
      isFull || (pod === undefined && (namespace === undefined || knownNamespaces(unit).has(namespace))),
  );
}

function* byBackend(unit: Unit, ingress: Ingress, backend: IngressBackend): Iterable<DeclaredNeed> {
  const name = backend.service?.value;
  if (name === undefined || backend.service === undefined || backend.resource) return;
  const { value } = backend.port ?? {};
  const at = { start: backend.service.start, end: backend.service.end };
  yield* behind(unit, ingress, name, ingress.namespace, at, {
    number: typeof value === 'number' ? value : undefined,
    name: typeof value === 'string' ? value : undefined,
    isTcp: true,
    pod: undefined,
    readsSlices: true,
  });
}

function* byRoute(unit: Unit, route: Route, backend: ObjectRef): Iterable<DeclaredNeed> {
  if (backend.name?.value === undefined || !isServiceRef(backend)) return;
  const wanted = {
    number: backend.port?.value,
    name: undefined,
    isTcp: route.kind !== 'UDPRoute',
    pod: undefined,
    readsSlices: true,
  };
  const at = { start: backend.name.start, end: backend.name.end };
  yield* behind(unit, route, backend.name.value, backend.namespace ?? route.namespace, at, wanted);
}

function* behind(
  unit: Unit,
  resource: Ingress | Route,
  name: string,
  namespace: Field<string>,
  at: Span,
  wanted: WantedPort,
): Iterable<DeclaredNeed> {
  const services = nearestTo(resource, lookUp(unit.index.services(name), namespace).here, unit);
  const port = wanted.number ?? wanted.name;
  const evidence: NeedEvidence = {
    kind: resource.type,
    resource,
    file: resource.file,
    ...at,
    text: port === undefined ? name : `${name}:${port}`,
    name: '',
  };
  const several = services.length > 1 ? `several Services are named \`${name}\`` : undefined;
  const shaped = resource.opaque ? `a template or patch shapes \`${describeResource(resource)}\`` : undefined;
  for (const service of services)
    for (const reached of reachService(unit, service, wanted)) {
      const doubt = shaped ?? several ?? doubtOfService(service, namespace);
      yield toNeed({ from: { kind: 'controller', resource }, evidence }, service, reached, doubt);
    }
}

function toNeed(
  asking: Pick<DeclaredNeed, 'from' | 'evidence'>,
  service: Service,
  reached: Reached,
  doubt: string | undefined,
): DeclaredNeed {
  const { workload, host, protocol, port } = reached;
  const to: NeedTarget = workload === undefined ? { kind: 'host', ...host } : { kind: 'pods', workload };
  return { ...asking, to, protocol, port, service, doubt: doubt ?? reached.doubt };
}

function* byProbes(workload: Workload): Iterable<DeclaredNeed> {
  for (const container of workload.template.containers) {
    for (const probe of container.probes) {
      const at = probe.port ?? probe;
      const reached = reachByNumber(workload, container, probe.port);
      const what = probe.handler === 'httpGet' ? `GET ${probe.path?.value ?? '/'}` : probe.handler;
      const { start, end } = at;
      yield {
        from: { kind: 'kubelet' },
        to: { kind: 'pods', workload },
        service: undefined,
        ...reached,
        evidence: { kind: 'probe', resource: workload, file: workload.file, start, end, text: what, name: probe.field },
      };
    }
  }
}
