import type { Span } from '../base/span.ts';
import type { ConfigMap } from '../k8s/configMap.ts';
import type { Field, IntOrString } from '../k8s/field.ts';
import type { IngressBackend } from '../k8s/ingress.ts';
import type { LabelSelector, Ternary } from '../k8s/labels.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../k8s/networkPolicy.ts';
import type { Resource } from '../k8s/resource.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import { protocolOf, type Service, selectsPods, targetPortOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { findPodPort } from './endpointPorts.ts';
import { holdersOfHosts, hostsOf, namespaceOf, targetOfHost } from './hostReferences.ts';
import { lookUp, nearestTo } from './lookup.ts';
import { peerScope, selectPeerPods, selectPolicyPods } from './policySelection.ts';
import { matchWorkload, type Selection, sameNamespace, selectWorkloads } from './selection.ts';

export type EdgeRole =
  | 'service-selector'
  | 'workload-selector'
  | 'policy-selector'
  | 'policy-peer'
  | 'budget-selector'
  | 'target-port'
  | 'policy-port'
  | 'probe-port'
  | 'backend-service'
  | 'backend-port'
  | 'scale-target'
  | 'governing-service'
  | 'endpoints-service'
  | 'host-service'
  | 'host-port';

/** A place that an object uses to mean another, or a part of itself. */
export interface Edge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly role: EdgeRole;
  /** `false`: only possible, because a template, a kustomization or an unwritten namespace decides. */
  readonly sure: boolean;
}

/** A part of an object, where a person wrote it. */
export interface EdgeEnd {
  readonly resource: Resource;
  /** The resource's own file, or the patch or kustomization that wrote this part. */
  readonly file: string;
  readonly span: Span;
}

/** What an object refers to, by the places where it does. */
export function edgesFrom(unit: Unit, resource: Resource): readonly Edge[] {
  return referencesOf(unit, resource).map((edge) => placeEdge(edge, unit));
}

/** What refers to an object or a part of it. Selectors are asked about this object alone, names are looked up. */
export function edgesTo(unit: Unit, resource: Resource): readonly Edge[] {
  const edges =
    resource.type === 'workload'
      ? edgesToWorkload(unit, resource)
      : resource.type === 'service'
        ? edgesToService(unit, resource)
        : [];
  return edges.map((edge) => placeEdge(edge, unit));
}

function placeEdge({ from, to, role, sure }: Edge, unit: Unit): Edge {
  return { from: placeEnd(from, unit), to: placeEnd(to, unit), role, sure };
}

function placeEnd({ resource, file, span }: EdgeEnd, { siblings }: Unit): EdgeEnd {
  const { file: written, start, end } = siblings.files.resolve(file, span);
  return { resource, file: written, span: { start, end } };
}

function referencesOf(unit: Unit, resource: Resource): readonly Edge[] {
  switch (resource.type) {
    case 'service':
      return serviceEdges(unit, resource);
    case 'workload':
      return [...ownEdges(resource, resource), ...governingEdges(unit, resource), ...hostEdges(unit, resource)];
    case 'networkPolicy':
      return policyEdges(unit, resource);
    case 'ingress':
      return resource.backends.flatMap((backend) => backendEdges(unit, resource, backend));
    case 'autoscaler': {
      const { target } = resource;
      if (target?.kind?.value === undefined || target.name?.value === undefined) return [];
      const workloads = unit.index
        .named(target.kind.value, target.name.value)
        .filter((found) => found.type === 'workload');
      return nameEdges(unit, resource, target.name, workloads, 'scale-target');
    }
    case 'disruptionBudget': {
      if (resource.selector === undefined) return [];
      return selectionEdges(
        resource,
        resource.selector,
        selectWorkloads(unit.index, resource.selector, resource.namespace),
        'budget-selector',
      );
    }
    case 'endpoints':
      return nameEdges(unit, resource, resource.service, servicesNamed(unit, resource.service), 'endpoints-service');
    case 'configMap':
      return hostEdges(unit, resource);
    case 'monitor':
    case 'route':
    case 'gateway':
    case 'referenceGrant':
    case 'other':
      return [];
  }
}

function edgesToWorkload(unit: Unit, workload: Workload): readonly Edge[] {
  const edges: Edge[] = [...ownEdges(workload, workload)];
  for (const service of unit.index.ofType('service')) {
    if (service.selector === undefined || !selectsPods(service)) continue;
    const selection = selectionOf(service, service.selector, workload);
    edges.push(
      ...selectionEdges(service, service.selector, selection, 'service-selector'),
      ...targetPortEdges(service, selection),
    );
  }
  for (const policy of unit.index.ofType('networkPolicy')) edges.push(...policyEdges(unit, policy, workload));
  for (const budget of unit.index.ofType('disruptionBudget')) {
    if (budget.selector === undefined) continue;
    edges.push(
      ...selectionEdges(budget, budget.selector, selectionOf(budget, budget.selector, workload), 'budget-selector'),
    );
  }
  for (const scaler of unit.index.ofType('autoscaler')) {
    if (scaler.target?.name?.value === workload.name?.value && scaler.target?.kind?.value === workload.kind)
      edges.push(...referencesOf(unit, scaler).filter(({ to }) => to.resource === workload));
  }
  return edges;
}

function edgesToService(unit: Unit, service: Service): readonly Edge[] {
  const name = service.name?.value;
  if (name === undefined) return [];
  const edges: Edge[] = [];
  for (const ingress of unit.index.ofType('ingress')) {
    for (const backend of ingress.backends)
      if (backend.service?.value === name) edges.push(...backendEdges(unit, ingress, backend));
  }
  for (const workload of unit.index.ofType('workload')) {
    if (workload.serviceName?.value === name) edges.push(...governingEdges(unit, workload));
  }
  for (const endpoints of unit.index.ofType('endpoints')) {
    if (endpoints.service?.value === name) edges.push(...referencesOf(unit, endpoints));
  }
  for (const holder of holdersOfHosts(unit.index, name)) edges.push(...hostEdges(unit, holder));
  return edges.filter(({ to }) => to.resource === service);
}

function serviceEdges(unit: Unit, service: Service): readonly Edge[] {
  const { selector } = service;
  if (selector === undefined || !selectsPods(service)) return [];
  const selection = selectWorkloads(unit.index, selector, service.namespace);
  return [...selectionEdges(service, selector, selection, 'service-selector'), ...targetPortEdges(service, selection)];
}

/** From each pair of a selector to the labels that satisfy it. */
function selectionEdges(
  holder: Resource,
  selector: LabelSelector,
  { matched, possible }: Selection,
  role: EdgeRole,
): readonly Edge[] {
  return [
    ...matched.flatMap((workload) => [...labelEdges(holder, selector, workload, role, !holder.opaque)]),
    ...possible.flatMap((workload) => [...labelEdges(holder, selector, workload, role, false)]),
  ];
}

function* labelEdges(
  holder: Resource,
  selector: LabelSelector,
  workload: Workload,
  role: EdgeRole,
  sure: boolean,
): Iterable<Edge> {
  for (const { key, values } of selector.requirements) {
    const label = workload.template.labels?.entries.find((entry) => entry.key.value === key.value);
    if (label === undefined) continue;
    const from = { start: key.start, end: Math.max(key.end, ...values.map(({ end }) => end)) };
    const to = { start: label.key.start, end: label.value?.end ?? label.key.end };
    yield { from: end(holder, from), to: end(workload, to), role, sure };
  }
}

function targetPortEdges(service: Service, { matched, possible }: Selection): readonly Edge[] {
  return service.ports.flatMap((port) => {
    const from = port.targetPort ?? port.port;
    if (from === undefined) return [];
    const edges = (workloads: readonly Workload[], sure: boolean) =>
      workloads.flatMap((workload) =>
        portEdges(service, from, workload, targetPortOf(port), protocolOf(port), 'target-port', sure),
      );
    return [...edges(matched, !service.opaque), ...edges(possible, false)];
  });
}

/** From a port, by number or name, to its declaration on a workload's Pods. */
function portEdges(
  holder: Resource,
  from: Span,
  workload: Workload,
  wanted: IntOrString | undefined,
  protocol: string | undefined,
  role: EdgeRole,
  sure: boolean,
): readonly Edge[] {
  const found = findPodPort(workload, wanted, protocol);
  const declaration =
    found.kind === 'named' ? found.declaration : found.kind === 'number' ? found.declared?.port : undefined;
  const place = found.kind === 'named' ? declaration?.name : declaration?.containerPort;
  return place === undefined ? [] : [{ from: end(holder, from), to: end(workload, place), role, sure }];
}

/** A workload's selector and its template; its probes and the ports of their containers. */
function* ownEdges(workload: Workload, target: Workload): Iterable<Edge> {
  if (workload.selector !== undefined && workload.maker !== 'Pod') {
    const verdict = matchWorkload(workload.selector, target);
    if (verdict !== 'no')
      yield* labelEdges(workload, workload.selector, target, 'workload-selector', verdict === 'yes');
  }
  for (const { probes, ports } of workload.template.containers) {
    for (const { port } of probes) {
      if (port?.value === undefined) continue;
      const declared = ports.find(
        ({ name, containerPort }) => name?.value === port.value || containerPort?.value === port.value,
      );
      const place = typeof port.value === 'string' ? declared?.name : declared?.containerPort;
      if (place !== undefined)
        yield { from: end(workload, port), to: end(target, place), role: 'probe-port', sure: !target.opaque };
    }
  }
}

function governingEdges(unit: Unit, workload: Workload): readonly Edge[] {
  return nameEdges(
    unit,
    workload,
    workload.serviceName,
    servicesNamed(unit, workload.serviceName),
    'governing-service',
  );
}

/** With `only`, the edges to that workload alone. */
function policyEdges(unit: Unit, policy: NetworkPolicy, only?: Workload): readonly Edge[] {
  const edges: Edge[] = [];
  const own = only === undefined ? selectPolicyPods(unit.index, policy) : selectionOf(policy, policy.podSelector, only);
  if (policy.podSelector !== undefined)
    edges.push(...selectionEdges(policy, policy.podSelector, own, 'policy-selector'));
  for (const rule of policy.ingress?.rules ?? []) {
    edges.push(...peerEdges(unit, policy, rule, only), ...policyPortEdges(policy, rule.ports, own));
  }
  for (const rule of policy.egress?.rules ?? []) {
    edges.push(...peerEdges(unit, policy, rule, only));
    for (const peer of rule.peers)
      edges.push(...policyPortEdges(policy, rule.ports, peerSelection(unit, policy, peer, only)));
  }
  return edges;
}

function peerEdges(unit: Unit, policy: NetworkPolicy, rule: PolicyRule, only: Workload | undefined): readonly Edge[] {
  return rule.peers.flatMap((peer) =>
    peer.podSelector === undefined
      ? []
      : selectionEdges(policy, peer.podSelector, peerSelection(unit, policy, peer, only), 'policy-peer'),
  );
}

function peerSelection(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, only: Workload | undefined): Selection {
  if (only === undefined) return selectPeerPods(unit, policy, peer);
  if (peer.ipBlock !== undefined || (peer.podSelector === undefined && peer.namespaceSelector === undefined))
    return toSelection(only, 'no');
  const near = peerScope(unit, policy, peer)(only.namespace);
  return toSelection(only, both(near, peer.podSelector === undefined ? 'yes' : matchWorkload(peer.podSelector, only)));
}

function policyPortEdges(
  policy: NetworkPolicy,
  ports: readonly PolicyPort[],
  { matched, possible }: Selection,
): readonly Edge[] {
  return ports.flatMap((port) => {
    const from = port.port;
    if (from?.value === undefined || port.endPort !== undefined) return [];
    const edges = (workloads: readonly Workload[], sure: boolean) =>
      workloads.flatMap((workload) =>
        portEdges(policy, from, workload, from.value, protocolOf(port), 'policy-port', sure),
      );
    return [...edges(matched, !policy.opaque), ...edges(possible, false)];
  });
}

function backendEdges(unit: Unit, holder: Resource, backend: IngressBackend): readonly Edge[] {
  if (backend.resource) return [];
  const edges = nameEdges(unit, holder, backend.service, servicesNamed(unit, backend.service), 'backend-service');
  const wanted = backend.port;
  if (wanted?.value === undefined) return edges;
  const ports = edges.flatMap(({ to, sure }): readonly Edge[] => {
    if (to.resource.type !== 'service') return [];
    const isNumber = typeof wanted.value === 'number';
    const port = to.resource.ports.find(
      (candidate) => (isNumber ? candidate.port : candidate.name)?.value === wanted.value,
    );
    const place = isNumber ? port?.port : port?.name;
    return place === undefined
      ? []
      : [{ from: end(holder, wanted), to: end(to.resource, place), role: 'backend-port', sure }];
  });
  return [...edges, ...ports];
}

/** From hosts in values to the Services that they lead to, and from their ports to those of the Services. */
function hostEdges(unit: Unit, holder: Workload | ConfigMap): readonly Edge[] {
  return hostsOf(holder).flatMap((text) => {
    const target = targetOfHost(unit, { holder, text });
    if (target === undefined) return [];
    const { services, meaning } = target;
    const namespace = namespaceOf(meaning, holder);
    return services.flatMap((service): readonly Edge[] => {
      const isThere = sameNamespace(service.namespace, namespace) === 'yes';
      const sure = services.length === 1 && isThere && !holder.opaque && !service.opaque;
      const name: Edge = {
        from: end(holder, text.host),
        to: end(service, headSpan(service)),
        role: 'host-service',
        sure,
      };
      const place = service.ports.find(({ port }) => port?.value === text.port?.value)?.port;
      return text.port === undefined || place === undefined
        ? [name]
        : [name, { from: end(holder, text.port), to: end(service, place), role: 'host-port', sure }];
    });
  });
}

function servicesNamed(unit: Unit, name: Field<string>): readonly Service[] {
  return name?.value === undefined ? [] : unit.index.services(name.value);
}

/** From a name to the objects of the referrer's namespace that have it; only possible where several do. */
function nameEdges(
  unit: Unit,
  holder: Resource,
  from: Field<string>,
  named: readonly Resource[],
  role: EdgeRole,
): readonly Edge[] {
  if (from === undefined) return [];
  const found = nearestTo(holder, lookUp(named, holder.namespace).here, unit);
  return found.map((target) => ({
    from: end(holder, from),
    to: end(target, headSpan(target)),
    role,
    sure: found.length === 1 && sameNamespace(holder.namespace, target.namespace) === 'yes' && !holder.opaque,
  }));
}

/** Whether a selector takes one workload; an absent one takes all of the namespace. */
function selectionOf(holder: Resource, selector: LabelSelector | undefined, workload: Workload): Selection {
  const near = sameNamespace(holder.namespace, workload.namespace);
  if (near === 'no') return toSelection(workload, 'no');
  return toSelection(workload, both(near, selector === undefined ? 'yes' : matchWorkload(selector, workload)));
}

function toSelection(workload: Workload, verdict: Ternary): Selection {
  return { matched: verdict === 'yes' ? [workload] : [], possible: verdict === 'unknown' ? [workload] : [] };
}

function both(a: Ternary, b: Ternary): Ternary {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}

function end(resource: Resource, { start, end: last }: Span): EdgeEnd {
  return { resource, file: resource.file, span: { start, end: last } };
}
