import { dirname } from '../base/path.ts';
import type { HorizontalPodAutoscaler } from '../k8s/autoscaler.ts';
import type { Field } from '../k8s/field.ts';
import { isUndecided } from '../k8s/field.ts';
import { describeResource, headSpan, type ResourceBase } from '../k8s/resourceBase.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { Settings } from '../workspace/config.ts';
import type { YamlNode } from '../yaml/node.ts';
import { code, linkTo } from './link.ts';

export type ExplainSettings = Pick<Settings, 'clusterDomain' | 'defaultNamespace' | 'kubernetesVersion'>;

/** What an explanation may look at. */
export interface ExplainContext {
  readonly unit: Unit;
  readonly settings: ExplainSettings;
  /** The object's root in the text shown, for fields that no view keeps. */
  readonly root: YamlNode | undefined;
}

/** An object as a link to its name. */
export function linkResource(resource: ResourceBase): string {
  return linkTo(describeResource(resource), { file: resource.file, offset: headSpan(resource).start });
}

/** ``Service `shop/orders` ``; the namespace only where it is known, `?` where a template or kustomization decides it. */
export function titleOf(resource: ResourceBase, settings: ExplainSettings): string {
  const name = resource.name?.value ?? '?';
  const namespace = isUndecided(resource.namespace) ? '?' : namespaceOf(resource, settings)?.name;
  return `${resource.kind} ${code(namespace === undefined ? name : `${namespace}/${name}`)}`;
}

/** The namespace of an object and whether the settings had to say it; `undefined` where nothing says it. */
export function namespaceOf(
  resource: Pick<ResourceBase, 'namespace'>,
  settings: ExplainSettings,
): { readonly name: string; readonly assumed: boolean } | undefined {
  if (resource.namespace?.value !== undefined) return { name: resource.namespace.value, assumed: false };
  if (resource.namespace !== undefined || settings.defaultNamespace === '') return undefined;
  return { name: settings.defaultNamespace, assumed: true };
}

/** A Kubernetes name that may stand in a shell line as it is. */
const SAFE_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** `kubectl -n shop ` with the object's namespace, `kubectl ` where it is not known. */
export function kubectl(resource: Pick<ResourceBase, 'namespace'>, settings: ExplainSettings): string {
  const namespace = namespaceOf(resource, settings)?.name;
  return namespace !== undefined && SAFE_NAME.test(namespace) ? `kubectl -n ${namespace}` : 'kubectl';
}

/** A name for a shell line; `NAME` where it is not known or would need quotes. */
export function shellName(name: Field<string>): string {
  return name?.value !== undefined && SAFE_NAME.test(name.value) ? name.value : 'NAME';
}

/** `pods -l 'app=web'` of a workload, `pod web` of a bare Pod: what follows `kubectl get`. */
export function podsQuery(workload: Workload): string {
  if (workload.maker === 'Pod') return `pod ${shellName(workload.name)}`;
  return `pods${shellSelector(labelsOf(workload))}`;
}

/** `deploy/web`, what `kubectl exec` takes to find one of a workload's Pods; `undefined` where it would find none by it. */
export function execTarget(workload: Workload): string | undefined {
  const name = shellName(workload.name);
  if (name === 'NAME') return undefined;
  if (workload.maker === 'Pod') return name;
  const kind = EXEC_KINDS[workload.maker];
  return kind && `${kind}/${name}`;
}

const EXEC_KINDS: Readonly<Partial<Record<Workload['maker'], string>>> = {
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  ReplicationController: 'rc',
  Job: 'job',
};

/** ` -l 'app=web,tier=api'`; empty where the text would not be safe between single quotes. */
export function shellSelector(text: string): string {
  return text !== '' && /^[A-Za-z0-9._/=,!() -]+$/.test(text) ? ` -l '${text}'` : '';
}

/** `orders.shop.svc.cluster.local`, with `<namespace>` where it is not known; `undefined` without a name. */
export function dnsNameOf(service: ResourceBase, settings: ExplainSettings): string | undefined {
  const name = service.name?.value;
  if (name === undefined) return undefined;
  return `${name}.${namespaceOf(service, settings)?.name ?? '<namespace>'}.svc.${settings.clusterDomain}`;
}

/** `3 Pods`, `1 Pod (default)`, ``2–10 Pods, set by `HorizontalPodAutoscaler/web` ``, `one Pod per node`. */
export function podCount(workload: Workload, unit: Unit): string {
  const scaler = autoscalerOf(workload, unit);
  if (scaler !== undefined) {
    const least = scaler.minReplicas === undefined ? 1 : scaler.minReplicas.value;
    return `${least ?? '?'}–${scaler.maxReplicas?.value ?? '?'} Pods, set by ${linkResource(scaler)}`;
  }
  if (workload.maker === 'DaemonSet') return 'one Pod per node';
  if (workload.maker === 'Job' || workload.maker === 'CronJob') return 'Pods that run to an end';
  if (workload.maker === 'custom') return 'Pods made by its controller';
  const count = replicasOf(workload);
  if (count === undefined) return 'number of Pods not decidable';
  const isDefault = workload.maker !== 'Pod' && workload.replicas === undefined;
  return `${plural(count, 'Pod')}${isDefault ? ' (default)' : ''}`;
}

/** `1 Pod`, `3 Pods`, `2 NetworkPolicies`. */
export function plural(count: number, noun: string): string {
  const many = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${count} ${count === 1 ? noun : many}`;
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * At most `max` objects as links, and the number of the rest. Equal names, which are alternatives of one thing, count as
 * one; objects whose names are templated are only counted.
 */
export function linkSome(resources: readonly ResourceBase[], max = 3): string {
  const groups = groupByName(resources);
  const nameless = resources.filter(({ name }) => name?.value === undefined).length;
  const links = groups.slice(0, max).map(linkGroup);
  if (groups.length > max) links.push(`${groups.length - max} more`);
  if (nameless > 0) links.push(`${plural(nameless, links.length > 0 ? 'other object' : 'object')} of no fixed name`);
  return joinWords(links);
}

/** Objects of equal kind and name: files hold them as alternatives of each other. */
export interface NameGroup<T extends ResourceBase> {
  readonly first: T;
  readonly count: number;
}

/** Groups named objects by kind and name, in order. */
export function groupByName<T extends ResourceBase>(resources: readonly T[]): readonly NameGroup<T>[] {
  const groups = new Map<string, { first: T; count: number }>();
  for (const resource of resources) {
    if (resource.name?.value === undefined) continue;
    const key = `${resource.group}/${describeResource(resource)} ${resource.namespace?.value ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: resource, count: 1 });
    else group.count++;
  }
  return [...groups.values()];
}

/** A group as a link to its first object. */
export function linkGroup({ first, count }: NameGroup<ResourceBase>): string {
  return count === 1 ? linkResource(first) : `${linkResource(first)} (in ${count} manifests)`;
}

/**
 * Of objects that belong to another one, those that are meant: loose manifests often hold many small applications, one a
 * folder, so what lies in the same folder hides what lies elsewhere.
 */
export function nearby<T extends ResourceBase>(holder: ResourceBase, found: readonly T[], unit: Unit): readonly T[] {
  if (unit.kind !== 'loose') return found;
  const folder = dirname(holder.file);
  const near = found.filter(({ file }) => dirname(file) === folder);
  return near.length > 0 ? near : found;
}

/** The autoscaler that sets a workload's number of Pods. */
export function autoscalerOf(workload: Workload, unit: Unit): HorizontalPodAutoscaler | undefined {
  for (const scaler of unit.index.ofType('autoscaler')) {
    const target = scaler.target;
    if (target?.kind?.value === workload.kind && target.name?.value === workload.name?.value) {
      if (workload.name?.value !== undefined && scaler.namespace?.value === workload.namespace?.value) return scaler;
    }
  }
  return undefined;
}

/** `app=web,tier=api` of a template. */
function labelsOf(workload: Workload): string {
  return (workload.template.labels?.entries ?? [])
    .flatMap(({ key, value }) => (value === undefined ? [] : [`${key.value}=${value.value}`]))
    .join(',');
}
