import type { ConfigMap } from '../k8s/configMap.ts';
import type { Field } from '../k8s/field.ts';
import type { HostText } from '../k8s/hostText.ts';
import type { Resource } from '../k8s/resource.ts';
import type { ResourceBase } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { isInZone, normalName } from './dnsName.ts';
import { lookUp, nearestTo } from './lookup.ts';
import { knownNamespaces } from './namespaces.ts';
import { sameNamespace } from './selection.ts';

/** A host that Pods are told of, by their manifest or by a ConfigMap or Secret that they take as variables. */
export interface HostReference {
  readonly holder: Workload | ConfigMap;
  /** The workloads whose Pods ask for it: the holder, or those that take the value. */
  readonly askers: readonly Workload[];
  readonly text: HostText;
  /** The variable's name, the key, or the flag of an argument; empty where there is none. */
  readonly name: string;
}

/** The objects whose values may name hosts. */
export function isHostHolder(resource: Resource): resource is Workload | ConfigMap {
  return resource.type === 'workload' || resource.type === 'configMap';
}

/**
 * The hosts that a workload's containers are told of, or that a ConfigMap or Secret holds for them. A value that no workload
 * of the unit takes as a variable counts not: it may be anything.
 */
export function hostReferencesOf(unit: Unit, holder: Workload | ConfigMap): readonly HostReference[] {
  return referencesIn(unit, holder, 'hosts');
}

/** The same for variables that are called like a host and hold its name alone: on which port is not written there. */
export function hostWordsOf(unit: Unit, holder: Workload | ConfigMap): readonly HostReference[] {
  return referencesIn(unit, holder, 'words');
}

function referencesIn(unit: Unit, holder: Workload | ConfigMap, list: 'hosts' | 'words'): readonly HostReference[] {
  if (holder.type === 'workload') {
    return holder.template.containers.flatMap(({ environment }) =>
      environment[list].flatMap(({ name, hosts }) =>
        OTHER_MEANING.test(name) ? [] : hosts.map((text) => ({ holder, askers: [holder], text, name })),
      ),
    );
  }
  if (holder[list].length === 0) return [];
  return holder[list].flatMap(({ key, hosts }) => {
    const askers = OTHER_MEANING.test(key.value) ? [] : takersOf(unit.index, holder, key.value);
    return askers.length === 0 ? [] : hosts.map((text) => ({ holder, askers, text, name: key.value }));
  });
}

/**
 * Names of values that say where a program itself listens or how others reach it, that name an image or a login, or a URL that
 * nobody connects to: what looks like a host with a port in them is none, or is the Pod's own.
 */
const OTHER_MEANING =
  /(^|[_.-])(images?|tag|version|listen|listens|listeners?|bind|advertised?|username|password|credentials|cors|origins?|issuers?|audiences?|realm|scope|schema|namespace|auth$|user$)([_.-]|$)/i;

/** The workloads that take a key of a ConfigMap or Secret as a variable. */
function takersOf(index: ResourceIndex, { kind, name, namespace }: ConfigMap, key: string): readonly Workload[] {
  const uses = name?.value === undefined ? undefined : index.derive(configUses).get(`${kind}/${name.value}`);
  const takers = (uses ?? []).filter(
    (use) => (use.key === undefined || use.key === key) && sameNamespace(use.workload.namespace, namespace) !== 'no',
  );
  return [...new Set(takers.map(({ workload }) => workload))];
}

interface ConfigTaker {
  readonly workload: Workload;
  /** `undefined`: every key. */
  readonly key: string | undefined;
}

function configUses(index: ResourceIndex): ReadonlyMap<string, readonly ConfigTaker[]> {
  const found = new Map<string, ConfigTaker[]>();
  for (const workload of index.ofType('workload')) {
    for (const { environment } of workload.template.containers) {
      for (const { kind, name, key } of environment.configs) {
        if (name?.value === undefined || (key !== undefined && key.value === undefined)) continue;
        const id = `${kind}/${name.value}`;
        const takers = found.get(id) ?? [];
        found.set(id, takers);
        takers.push({ workload, key: key?.value });
      }
    }
  }
  return found;
}

/** The port that a client connects to: the written one, else that of the scheme. */
export function portOfHost({ port, scheme }: Pick<HostText, 'port' | 'scheme'>): number | undefined {
  return port?.value ?? (scheme === undefined ? undefined : SCHEME_PORTS.get(scheme));
}

/** The registered ports of the schemes that clients fill in (IANA service names, and the vendors' for those without one). */
const SCHEME_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['redis', 6379],
  ['rediss', 6379],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['mysql', 3306],
  ['mongodb', 27017],
  ['amqp', 5672],
  ['amqps', 5671],
  ['nats', 4222],
  ['ldap', 389],
  ['ldaps', 636],
  ['mqtt', 1883],
  ['mqtts', 8883],
]);

/** What a host can mean inside the cluster. */
export interface HostMeaning {
  readonly service: string;
  /** `undefined`: the namespace of the Pod that asks. */
  readonly namespace: string | undefined;
  /** The host name of one Pod, below the Service. */
  readonly pod: string | undefined;
  /** Written out to `.svc` at least: it can mean nothing else. */
  readonly isFull: boolean;
}

/**
 * What a host can mean, in the order in which the search list of a Pod comes upon it: `a.b` is Pod `a` of the own namespace's
 * Service `b` before it is Service `a` of namespace `b`. Nothing where the cluster has no such name. Without `clusterDomain`,
 * whatever stands after `.svc` is taken for it.
 */
export function meaningsOf(host: string, clusterDomain?: string): readonly HostMeaning[] {
  const name = normalName(host);
  const zone = clusterDomain ?? /\.svc\.(.+)$/.exec(name)?.[1];
  const isWhole = zone !== undefined && isInZone(name, zone);
  const labels = (isWhole ? name.slice(0, -zone.length - 1) : name).split('.');
  if (labels.some((label) => label === '' || label.startsWith('_'))) return [];
  const isFull = labels.at(-1) === 'svc' && labels.length > 2;
  if (isWhole && !isFull) return [];
  const [first = '', second = '', third] = isFull ? labels.slice(0, -1) : labels;
  const count = isFull ? labels.length - 1 : labels.length;
  if (isFull && count === 2) return [{ service: first, namespace: second, pod: undefined, isFull }];
  if (count === 3) return [{ service: second, namespace: third, pod: first, isFull }];
  if (isFull) return [];
  // A dot at the end keeps the search list out.
  if (host.endsWith('.')) return [];
  if (count === 1) return [{ service: first, namespace: undefined, pod: undefined, isFull }];
  if (count !== 2) return [];
  return [
    { service: second, namespace: undefined, pod: first, isFull },
    { service: first, namespace: second, pod: undefined, isFull },
  ];
}

/** The Services that a host leads to, with the meaning by which it does. */
export interface HostTarget {
  readonly meaning: HostMeaning;
  /** At least one; several are alternatives of one thing. */
  readonly services: readonly Service[];
}

/** What a host leads to by the manifests of the unit; `undefined` where they show no such Service. */
export function targetOfHost(
  unit: Unit,
  { holder, text }: { readonly holder: ResourceBase; readonly text: Pick<HostText, 'host'> },
  clusterDomain?: string,
): HostTarget | undefined {
  for (const meaning of meaningsOf(text.host.value, clusterDomain)) {
    if (!mayBeNamespace(unit, meaning)) continue;
    const { here } = lookUp(unit.index.services(meaning.service), namespaceOf(meaning, holder));
    const services = nearestTo(holder, here, unit);
    if (services.length > 0) return { meaning, services };
  }
  return undefined;
}

/** Of two words with a dot between them the second is a namespace only where the workspace has it: `redis.io` is no Service. */
function mayBeNamespace(unit: Unit, { namespace, isFull }: HostMeaning): boolean {
  return isFull || namespace === undefined || knownNamespaces(unit).has(namespace);
}

/** The namespace that a meaning asks in. */
export function namespaceOf({ namespace }: HostMeaning, holder: Pick<ResourceBase, 'namespace'>): Field<string> {
  return namespace === undefined ? holder.namespace : { value: namespace, start: 0, end: 0 };
}

/** The workloads, ConfigMaps and Secrets of an index in whose values a Service of this name may be meant. */
export function holdersOfHosts(index: ResourceIndex, service: string): readonly (Workload | ConfigMap)[] {
  return index.derive(holdersByLabel).get(service) ?? [];
}

/** By each label of each host that they name. */
function holdersByLabel(index: ResourceIndex): ReadonlyMap<string, readonly (Workload | ConfigMap)[]> {
  const found = new Map<string, Set<Workload | ConfigMap>>();
  const add = (holder: Workload | ConfigMap, { host }: HostText) => {
    for (const label of normalName(host.value).split('.').slice(0, 2)) {
      const holders = found.get(label) ?? new Set();
      found.set(label, holders.add(holder));
    }
  };
  for (const workload of index.ofType('workload'))
    for (const { environment } of workload.template.containers)
      for (const { hosts } of [...environment.hosts, ...environment.words])
        for (const host of hosts) add(workload, host);
  for (const config of index.ofType('configMap'))
    for (const { hosts } of [...config.hosts, ...config.words]) for (const host of hosts) add(config, host);
  return new Map([...found].map(([label, holders]) => [label, [...holders]]));
}

/** The hosts that an object's values name, whether or not a workload takes them. */
export function hostsOf(holder: Workload | ConfigMap): readonly HostText[] {
  return holder.type === 'workload'
    ? holder.template.containers.flatMap(({ environment }) => environment.hosts.flatMap(({ hosts }) => hosts))
    : holder.hosts.flatMap(({ hosts }) => hosts);
}
