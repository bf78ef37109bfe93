import { Multimap } from '../base/multimap.ts';
import { dirname } from '../base/path.ts';
import type { Resource, ResourceType } from '../k8s/resource.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';

type OfType<T extends ResourceType> = Extract<Resource, { type: T }>;

/** Resources by name, and workloads by the labels of their Pods. Grows and shrinks with the files that it covers. */
export class ResourceIndex {
  readonly #all = new Set<Resource>();
  readonly #byFile = new Multimap<string, Resource>();
  readonly #filesByFolder = new Multimap<string, string>();
  readonly #byType = new Map<ResourceType, Set<Resource>>();
  /** By kind, then name. */
  readonly #byName = new Map<string, Multimap<string, Resource>>();
  /** By label key, then value. */
  readonly #byLabel = new Map<string, Multimap<string, Workload>>();
  readonly #byLabelKey = new Multimap<string, Workload>();
  readonly #byNamespace = new Multimap<string, Workload>();
  readonly #byNodePort = new Multimap<number, Service>();
  readonly #openWorkloads = new Set<Workload>();
  readonly #customResources = new Set<Resource>();
  readonly #namespaces = new Set<Resource>();
  readonly #namespaceUses = new Map<string, number>();
  readonly #derived = new Map<(index: ResourceIndex) => unknown, unknown>();

  add(resource: Resource): void {
    this.#forgetDerived();
    this.#all.add(resource);
    if (!this.#byFile.has(resource.file)) this.#filesByFolder.add(dirname(resource.file), resource.file);
    this.#byFile.add(resource.file, resource);
    const sameType = this.#byType.get(resource.type);
    if (sameType === undefined) this.#byType.set(resource.type, new Set([resource]));
    else sameType.add(resource);
    if (resource.name?.value !== undefined) addBelow(this.#byName, resource.kind, resource.name.value, resource);
    if (isCustomResource(resource)) this.#customResources.add(resource);
    if (isNamespace(resource)) this.#namespaces.add(resource);
    this.#countNamespace(resource, 1);
    if (resource.type === 'service') for (const port of nodePortsOf(resource)) this.#byNodePort.add(port, resource);
    if (resource.type !== 'workload') return;
    this.#byNamespace.add(namespaceKey(resource), resource);
    if (hasOpenLabels(resource)) this.#openWorkloads.add(resource);
    for (const { key, value } of resource.template.labels?.entries ?? []) {
      this.#byLabelKey.add(key.value, resource);
      if (value !== undefined) addBelow(this.#byLabel, key.value, value.value, resource);
    }
  }

  remove(resource: Resource): void {
    if (!this.#all.delete(resource)) return;
    this.#forgetDerived();
    this.#byFile.delete(resource.file, resource);
    if (!this.#byFile.has(resource.file)) this.#filesByFolder.delete(dirname(resource.file), resource.file);
    this.#byType.get(resource.type)?.delete(resource);
    this.#customResources.delete(resource);
    this.#namespaces.delete(resource);
    this.#countNamespace(resource, -1);
    if (resource.name?.value !== undefined) deleteBelow(this.#byName, resource.kind, resource.name.value, resource);
    if (resource.type === 'service') for (const port of nodePortsOf(resource)) this.#byNodePort.delete(port, resource);
    if (resource.type !== 'workload') return;
    this.#byNamespace.delete(namespaceKey(resource), resource);
    this.#openWorkloads.delete(resource);
    for (const { key, value } of resource.template.labels?.entries ?? []) {
      this.#byLabelKey.delete(key.value, resource);
      if (value !== undefined) deleteBelow(this.#byLabel, key.value, value.value, resource);
    }
  }

  has(resource: Resource): boolean {
    return this.#all.has(resource);
  }

  get size(): number {
    return this.#all.size;
  }

  get all(): Iterable<Resource> {
    return this.#all;
  }

  /** The resources that a file holds, in the order of the file. */
  inFile(path: string): readonly Resource[] {
    return this.#byFile.get(path);
  }

  /** The files with resources that lie directly in a folder. */
  filesIn(folder: string): readonly string[] {
    return this.#filesByFolder.get(folder);
  }

  ofType<T extends ResourceType>(type: T): Iterable<OfType<T>> {
    return (this.#byType.get(type) ?? []) as Iterable<OfType<T>>;
  }

  countOfType(type: ResourceType): number {
    return this.#byType.get(type)?.size ?? 0;
  }

  /** All resources of a kind (any API group) and name, in any namespace. */
  named(kind: string, name: string): readonly Resource[] {
    return this.#byName.get(kind)?.get(name) ?? NONE;
  }

  /** All core Services of a name, in any namespace. */
  services(name: string): readonly Service[] {
    return this.named('Service', name).filter((resource): resource is Service => resource.type === 'service');
  }

  /** Services that write this node port, whatever their type. */
  servicesWithNodePort(port: number): readonly Service[] {
    return this.#byNodePort.get(port);
  }

  /** Workloads whose template has exactly this label. */
  workloadsWithLabel(key: string, value: string): readonly Workload[] {
    return this.#byLabel.get(key)?.get(value) ?? NONE;
  }

  /** Workloads whose template has this label key, whatever the value. */
  workloadsWithKey(key: string): readonly Workload[] {
    return this.#byLabelKey.get(key);
  }

  /** All workloads in groups of which each lives in one namespace, or in none that is written, or in one that is not decided. */
  *workloadsByNamespace(): Iterable<readonly Workload[]> {
    for (const key of this.#byNamespace.keys()) yield this.#byNamespace.get(key);
  }

  /**
   * What `make` computes from the resources, computed again only after a change. `make` is the key: a function of a module,
   * not one made for the call.
   */
  derive<T>(make: (index: ResourceIndex) => T): T {
    if (!this.#derived.has(make)) this.#derived.set(make, make(this));
    return this.#derived.get(make) as T;
  }

  /** Workloads whose Pods may have labels that the template does not show. */
  get openWorkloads(): ReadonlySet<Workload> {
    return this.#openWorkloads;
  }

  /** Objects of API groups that are not Kubernetes' own: their controllers may make anything. */
  get customResources(): ReadonlySet<Resource> {
    return this.#customResources;
  }

  /** The Namespace objects. */
  get namespaces(): ReadonlySet<Resource> {
    return this.#namespaces;
  }

  /** The names that objects give as their namespace. */
  get namespacesInUse(): Iterable<string> {
    return this.#namespaceUses.keys();
  }

  /** Whether an object says that it lives in a namespace of this name. */
  usesNamespace(name: string): boolean {
    return this.#namespaceUses.has(name);
  }

  /** The label keys of all templates. */
  get labelKeys(): Iterable<string> {
    return this.#byLabel.keys();
  }

  /** The values that templates give a label key. */
  labelValues(key: string): Iterable<string> {
    return this.#byLabel.get(key)?.keys() ?? NONE;
  }

  #countNamespace(resource: Resource, step: number): void {
    const name = resource.namespace?.value;
    if (name === undefined) return;
    const count = (this.#namespaceUses.get(name) ?? 0) + step;
    if (count > 0) this.#namespaceUses.set(name, count);
    else this.#namespaceUses.delete(name);
  }

  /** An empty map is left alone: clearing one costs as much as all the rest of an addition. */
  #forgetDerived(): void {
    if (this.#derived.size > 0) this.#derived.clear();
  }
}

const BUILT_IN_GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions']);

/** Whether the object's API group is not Kubernetes' own. */
export function isCustomResource(resource: Resource): boolean {
  return !BUILT_IN_GROUPS.has(resource.group) && !resource.group.endsWith('.k8s.io')
    ? true
    : resource.group === 'gateway.networking.k8s.io';
}

function isNamespace(resource: Resource): boolean {
  return resource.kind === 'Namespace' && resource.group === '';
}

function hasOpenLabels(workload: Workload): boolean {
  const labels = workload.template.labels;
  if (workload.opaque || workload.maker === 'custom') return true;
  return labels !== undefined && (labels.open || labels.entries.some((entry) => entry.value === undefined));
}

function nodePortsOf(service: Service): ReadonlySet<number> {
  return new Set(service.ports.flatMap((port) => port.nodePort?.value || []));
}

/** A written name stands after a colon: it cannot be mistaken for the other two cases. */
function namespaceKey({ namespace }: Workload): string {
  if (namespace === undefined) return 'absent';
  return namespace.value === undefined ? 'undecided' : `:${namespace.value}`;
}

const NONE: readonly never[] = [];

function addBelow<V>(maps: Map<string, Multimap<string, V>>, above: string, key: string, value: V): void {
  const map = maps.get(above);
  if (map !== undefined) map.add(key, value);
  else {
    const first = new Multimap<string, V>();
    first.add(key, value);
    maps.set(above, first);
  }
}

function deleteBelow<V>(maps: Map<string, Multimap<string, V>>, above: string, key: string, value: V): void {
  const map = maps.get(above);
  map?.delete(key, value);
  if (map?.size === 0) maps.delete(above);
}
