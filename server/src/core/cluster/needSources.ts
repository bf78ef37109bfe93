import type { Located, Span } from '../base/span.ts';
import type { ConfigMap } from '../k8s/configMap.ts';
import type { Field } from '../k8s/field.ts';
import { isServiceRef, type ObjectRef, type Route } from '../k8s/gateway.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { DeclaredNeed, NeedEvidence, NeedTarget } from './declaredNeed.ts';
import {
  type HostReference,
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
import { sameNamespace } from './selection.ts';

/** By the hosts that a workload's or ConfigMap's values name. */
export function* byHolder(
  unit: Unit,
  holder: Workload | ConfigMap,
  clusterDomain: string | undefined,
): Iterable<DeclaredNeed> {
  for (const reference of hostReferencesOf(unit, holder)) yield* byHost(unit, reference, clusterDomain);
  // A word that is the name of no Service may mean anything.
  for (const reference of hostWordsOf(unit, holder))
    if (targetOfHost(unit, reference, clusterDomain) !== undefined) yield* byHost(unit, reference, clusterDomain);
}

/** By the backends of an Ingress or a route. */
export function* byBackends(unit: Unit, resource: Ingress | Route): Iterable<DeclaredNeed> {
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

/** By a workload's probes and hooks. */
export function* byProbes(workload: Workload): Iterable<DeclaredNeed> {
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
