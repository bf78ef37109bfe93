import type { ConfigMap } from '../k8s/configMap.ts';
import type { Route } from '../k8s/gateway.ts';
import type { Ingress } from '../k8s/ingress.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { DeclaredNeed } from './declaredNeed.ts';
import { holdersOfHosts } from './hostReferences.ts';
import { byBackends, byHolder, byProbes } from './needSources.ts';
import { matchWorkload } from './selection.ts';
import { newMemo, remember, type UnitMemo } from './unitMemo.ts';

export type { DeclaredNeed, HostTargetOutside, NeedEvidence, NeedSource, NeedTarget } from './declaredNeed.ts';

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
