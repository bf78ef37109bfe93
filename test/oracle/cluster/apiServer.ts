import type { JsonObject } from '../../../server/src/core/k8s/api/defaults/draft.ts';
import { applyChange } from '../../../server/src/core/k8s/api/immutable/apply.ts';
import { nodeOfJson } from '../../../server/src/core/k8s/api/immutable/jsonNode.ts';
import { SERVED_KINDS } from '../../../server/src/core/k8s/api/shapes.ts';
import { findRefusals } from '../../../server/src/core/k8s/api/validate.ts';
import { isClusterScoped } from '../../../server/src/core/k8s/kinds.ts';
import { type Allocations, allocationFault } from './allocations.ts';
import type { ApplyOptions } from './kubectl.ts';
import type { Json } from './scenario.ts';

/** An object of the cluster. */
export interface StoredObject {
  readonly kind: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  /** As it was applied last. */
  readonly manifest: JsonObject;
  /** What takes the manifest's place where an earlier one left something behind. */
  readonly merged: JsonObject | undefined;
  /** What it was before the last change that was accepted. */
  readonly former: StoredObject | undefined;
  /** Its position among all that was applied. */
  readonly order: number;
}

export type Outcome =
  | { readonly result: 'created' | 'configured' | 'unchanged'; readonly object: StoredObject }
  | { readonly result: 'refused'; readonly why: string };

/** An API server with what a new cluster has. It is the only one to know what was applied before. */
export class ApiServer {
  readonly #objects = new Map<string, StoredObject>();
  readonly #namespaces: Set<string>;
  readonly #kinds = new Set<string>();
  #applied = 0;

  constructor(namespaces: readonly string[]) {
    this.#namespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', ...namespaces]);
  }

  get objects(): Iterable<StoredObject> {
    return this.#objects.values();
  }

  get namespaces(): ReadonlySet<string> {
    return this.#namespaces;
  }

  has(kind: string, namespace: string, name: string): boolean {
    return [...this.#objects.values()].some(
      (other) => other.kind === kind && other.name === name && (namespace === '' || other.namespace === namespace),
    );
  }

  /** What `kubectl apply` of one object comes to. */
  apply(manifest: JsonObject, options: ApplyOptions): Outcome {
    const { apiVersion, kind } = manifest;
    const metadata = toObject(manifest.metadata);
    const { name } = metadata;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return refused('no kind');
    if (name === undefined || name === null || name === '') return refused('no name, or a generated one');
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    if (SERVED_KINDS.get(apiVersion)?.has(kind) !== true && !this.#kinds.has(`${group}/${kind}`))
      return refused(`no kind ${apiVersion}/${kind}`);
    const isLocal = !isClusterScoped({ group, kind });
    const written = metadata.namespace;
    const namespace = !isLocal ? '' : typeof written === 'string' && written !== '' ? written : options.namespace;
    if (isLocal && options.isForced && namespace !== options.namespace) return refused(`not of ${options.namespace}`);
    if (isLocal && !this.#namespaces.has(namespace)) return refused(`no namespace ${namespace}`);
    const key = JSON.stringify([group, kind, namespace, name]);
    const existing = this.#objects.get(key);
    const refusals = findRefusals(nodeOfJson(manifest as never));
    const refusal = refusals.find(({ reason }) => !options.isLenient || reason !== 'Strict');
    if (refusal !== undefined) return refused(`${refusal.field}: ${refusal.message}`);
    const base = { kind, group, namespace, name: String(name), manifest, order: existing?.order ?? this.#applied++ };
    if (existing === undefined) {
      const fault = this.#admissionFault(base, undefined);
      if (fault !== undefined) return refused(fault);
      return this.#store(key, { ...base, merged: undefined, former: undefined }, 'created');
    }
    if (isEqual(existing.manifest, manifest)) return { result: 'unchanged', object: existing };
    const outcome = applyChange(withNamespace(existing.manifest, namespace), withNamespace(manifest, namespace));
    const [fault] = outcome?.refusals ?? [];
    if (fault !== undefined) return refused(`${fault.field}: ${fault.message}`);
    const taken = this.#admissionFault(base, existing);
    if (taken !== undefined) return refused(taken);
    return this.#store(key, { ...base, merged: outcome?.next, former: existing }, 'configured');
  }

  #store(key: string, object: StoredObject, result: 'created' | 'configured'): Outcome {
    this.#objects.set(key, object);
    if (object.kind === 'Namespace') this.#namespaces.add(object.name);
    if (object.kind === 'CustomResourceDefinition') {
      const spec = toObject(object.manifest.spec);
      this.#kinds.add(`${String(spec.group)}/${String(toObject(spec.names).kind)}`);
    }
    return { result, object };
  }

  /** What only the cluster knows: taken ports and addresses, accounts and classes that are missing. */
  #admissionFault(
    object: Pick<StoredObject, 'kind' | 'namespace' | 'manifest' | 'name'>,
    existing: StoredObject | undefined,
  ): string | undefined {
    if (object.kind === 'Service') return allocationFault(object.manifest, this.#allocations(existing));
    if (object.kind === 'Pod' && existing === undefined)
      return this.podFault(toObject(object.manifest.spec), object.namespace);
    return undefined;
  }

  /** Why the server refuses a Pod of this spec. */
  podFault(spec: Json, namespace: string): string | undefined {
    const account = spec.serviceAccountName ?? spec.serviceAccount ?? 'default';
    if (account !== 'default' && account !== '' && !this.has('ServiceAccount', namespace, String(account)))
      return `no ServiceAccount ${String(account)}`;
    const priority = spec.priorityClassName;
    if (priority !== undefined && priority !== null && priority !== '' && !BUILT_IN_PRIORITIES.has(String(priority)))
      if (!this.has('PriorityClass', '', String(priority))) return `no PriorityClass ${String(priority)}`;
    const runtime = spec.runtimeClassName;
    if (typeof runtime === 'string' && runtime !== '' && !this.has('RuntimeClass', '', runtime))
      return `no RuntimeClass ${runtime}`;
    return undefined;
  }

  #allocations(except: StoredObject | undefined): Allocations {
    const nodePorts = new Set<number>();
    const addresses = new Set<string>(['10.96.0.1']);
    for (const other of this.#objects.values()) {
      if (other.kind !== 'Service' || other === except) continue;
      const spec = toObject((other.merged ?? other.manifest).spec);
      for (const port of toList(spec.ports)) {
        const { nodePort } = toObject(port);
        if (typeof nodePort === 'number' && nodePort > 0) nodePorts.add(nodePort);
      }
      for (const address of [spec.clusterIP, ...toList(spec.clusterIPs)])
        if (typeof address === 'string' && address !== 'None') addresses.add(address);
      if (typeof spec.healthCheckNodePort === 'number') nodePorts.add(spec.healthCheckNodePort);
    }
    return { nodePorts, addresses };
  }
}

const BUILT_IN_PRIORITIES: ReadonlySet<string> = new Set(['system-cluster-critical', 'system-node-critical']);

export function toObject(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function refused(why: string): Outcome {
  return { result: 'refused', why };
}

function withNamespace(manifest: JsonObject, namespace: string): JsonObject {
  return { ...manifest, metadata: { ...toObject(manifest.metadata), ...(namespace && { namespace }) } as JsonObject };
}

function isEqual(a: JsonObject, b: JsonObject): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof item === 'bigint'
        ? String(item)
        : item,
  );
}
