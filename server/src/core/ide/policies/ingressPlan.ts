import { declaredNeedsOf } from '../../cluster/declaredNeeds.ts';
import { holdersOfHosts } from '../../cluster/hostReferences.ts';
import { lookUp } from '../../cluster/lookup.ts';
import { monitoredServices, monitoredWorkloads } from '../../cluster/monitored.ts';
import { NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { reachService } from '../../cluster/neededPorts.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { matchWorkload, sameNamespace } from '../../cluster/selection.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource, headSpan } from '../../k8s/resourceBase.ts';
import { isHeadless, type Service, selectsPods, serviceTypeOf } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { homeOfController, isServedOutside } from '../../rules/shared/ingressControllers.ts';
import { asItem, peerLines } from '../../rules/shared/policyRuleText.ts';
import type { Unit } from '../../sources/unit.ts';
import { noteAt, noteOf, portsOf } from './evidence.ts';
import { leftOut, mergeRules, type PlannedDirection, type PlannedPort, type PlannedRule } from './plan.ts';

/** The lines of peers that are known by more than labels of Pods. */
const ANY_NAMESPACE = asItem(['namespaceSelector: {}']);
const PLAIN = { keys: new Set<string>(), writesTcp: true };

/**
 * Who calls a workload's Pods, as the manifests of a unit declare it; left out where callers may exist that they do not show.
 * Clients outside the cluster, ingress controllers and Prometheus are let in as far as Services, Ingresses, routes and monitors
 * speak of the Pods.
 */
export function planIngress(unit: Unit, workload: Workload, clusterDomain: string): PlannedDirection {
  const services = [...unit.index.ofType('service')].filter((service) => mayTake(service, workload));
  const unknown = whyOthersMayCall(unit, workload, services);
  if (unknown !== undefined) return leftOut(unknown);
  const rules: PlannedRule[] = [];
  for (const need of declaredNeedsOf(unit, clusterDomain).to(workload)) {
    const { from, protocol, port } = need;
    if (from.kind === 'kubelet') continue;
    const notes = [noteOf(unit, need)];
    const ports = portsOf(protocol, port);
    if (from.kind === 'controller') {
      const home = homeOfController(unit, from.resource);
      const hint = isServedOutside(from.resource)
        ? 'A load balancer outside the cluster serves it'
        : home === undefined
          ? 'Narrow this to the namespace of the controller that serves it'
          : 'This is where its controller probably runs';
      const peers = isServedOutside(from.resource) ? [] : home === undefined ? ANY_NAMESPACE : namespacePeer(home);
      rules.push({ notes: [...notes, { text: hint, at: undefined }], peers, ports });
      continue;
    }
    const peers = onHost(from.workload) === 'no' ? peerLines(unit, from.workload, workload, PLAIN) : undefined;
    if (peers === undefined) return leftOut(`what \`${describeResource(from.workload)}\` calls from is not decided`);
    rules.push({ notes, peers, ports });
  }
  rules.push(...services.flatMap((service) => fromOutside(unit, service, workload)));
  rules.push(...fromMonitors(unit, workload, services));
  rules.push(...amongThemselves(unit, workload));
  if (rules.length === 0 && services[0] !== undefined)
    return leftOut(`nothing here says who calls \`${describeResource(services[0])}\``);
  return { kind: 'rules', rules: mergeRules(rules) };
}

function namespacePeer(name: string): readonly string[] {
  return asItem(['namespaceSelector:', '  matchLabels:', `    ${NAMESPACE_NAME_LABEL}: ${name}`]);
}

function mayTake(service: Service, workload: Workload): boolean {
  if (!selectsPods(service) || service.selector === undefined) return false;
  return (
    sameNamespace(service.namespace, workload.namespace) !== 'no' && matchWorkload(service.selector, workload) !== 'no'
  );
}

/** Objects by which the API server itself calls Services: it is on the network of a node, where selectors mean nobody. */
const CALLED_BY_API_SERVER: ReadonlySet<string> = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
]);

function whyOthersMayCall(unit: Unit, workload: Workload, services: readonly Service[]): string | undefined {
  if (unit.open !== undefined) return `callers may exist that no manifest here shows: ${unit.open}`;
  if (services.length === 0) return undefined;
  const webhook = [...unit.index.ofType('other')].find(({ kind }) => CALLED_BY_API_SERVER.has(kind));
  if (webhook !== undefined)
    return `the API server may call it because of \`${describeResource(webhook)}\`, and no selector takes that`;
  for (const service of services) {
    const caller = callerBeside(unit, service);
    if (caller !== undefined)
      return `\`${describeResource(caller)}\`, which is applied apart, names \`${describeResource(service)}\``;
  }
  return workload.opaque ? 'a template or patch shapes it' : undefined;
}

/** What another unit holds that names a Service, and is no other variant of what this one holds. */
function callerBeside(unit: Unit, service: Service): Resource | undefined {
  const name = service.name?.value ?? '';
  const isOther = (resource: Resource) =>
    unit.writtenIn(resource.file).length === 0 &&
    !unit.index.named(resource.kind, resource.name?.value ?? '').some(({ group }) => group === resource.group);
  for (const index of unit.others) {
    const holder = holdersOfHosts(index, name).find(isOther);
    if (holder !== undefined) return holder;
    for (const type of ['ingress', 'route'] as const)
      for (const resource of index.ofType(type)) {
        const isNamed =
          resource.type === 'ingress'
            ? resource.backends.some((backend) => backend.service?.value === name)
            : resource.backends.some((backend) => backend.name?.value === name);
        if (isNamed && lookUp([service], resource.namespace).here.length > 0 && isOther(resource)) return resource;
      }
  }
  return undefined;
}

/** A Service that nodes or load balancers offer to the world. */
function fromOutside(unit: Unit, service: Service, workload: Workload): readonly PlannedRule[] {
  const type = serviceTypeOf(service);
  if (type !== 'NodePort' && type !== 'LoadBalancer' && type !== undefined && service.externalIPs.length === 0)
    return [];
  const what =
    service.externalIPs.length > 0 && type === 'ClusterIP'
      ? 'has external addresses'
      : `is of type ${type ?? 'unknown'}`;
  const at = service.serviceType ?? headSpan(service);
  const notes = [
    noteAt(unit, `${describeResource(service)} ${what}: clients come from outside the cluster`, service.file, at),
  ];
  return [{ notes, peers: [], ports: portsOfService(unit, service, workload, undefined) }];
}

/** What a Service's ports are at the Pods; none, which means every port, where one of them is not known. */
function portsOfService(
  unit: Unit,
  service: Service,
  workload: Workload,
  name: string | undefined,
): readonly PlannedPort[] {
  const asked = service.ports.filter((port) => name === undefined || port.name?.value === name);
  const found = asked.map(({ port, protocol }) => {
    const wanted = { number: port?.value, name: undefined, isTcp: false, pod: undefined, readsSlices: true };
    const reached = reachService(unit, service, wanted).filter(
      (one) => one.workload === workload && (protocol?.value ?? 'TCP') === (one.protocol ?? 'TCP'),
    );
    return reached.every((one) => one.port !== undefined)
      ? reached.flatMap((one) => portsOf(one.protocol, one.port))
      : [];
  });
  return service.portsOpen || found.length === 0 || found.some((ports) => ports.length === 0) ? [] : found.flat();
}

/** Prometheus scrapes what monitors select; where it runs is not written. */
function fromMonitors(unit: Unit, workload: Workload, services: readonly Service[]): readonly PlannedRule[] {
  const rules: PlannedRule[] = [];
  for (const index of [unit.index, ...unit.others]) {
    for (const monitor of index.ofType('monitor')) {
      const ofServices = monitoredServices(unit.index, monitor);
      const scraped = services.filter(
        (service) => ofServices.matched.includes(service) || ofServices.possible.includes(service),
      );
      const ofPods =
        monitor.kind === 'PodMonitor' ? monitoredWorkloads(unit.index, monitor) : { matched: [], possible: [] };
      const isPod = ofPods.matched.includes(workload) || ofPods.possible.includes(workload);
      if (!isPod && (monitor.kind !== 'ServiceMonitor' || scraped.length === 0)) continue;
      const ports = isPod
        ? []
        : monitor.endpoints.map(({ port }) =>
            scraped.map((service) => portsOfService(unit, service, workload, port?.value)),
          );
      const isKnown =
        ports.length > 0 &&
        monitor.endpoints.every(({ port }) => port?.value !== undefined) &&
        ports.flat().every((some) => some.length > 0);
      const notes = [
        noteAt(
          unit,
          `Prometheus scrapes it by ${describeResource(monitor)}: narrow this to its namespace`,
          monitor.file,
          headSpan(monitor),
        ),
      ];
      rules.push({ notes, peers: ANY_NAMESPACE, ports: isKnown ? ports.flat(2) : [] });
    }
  }
  return rules;
}

/** Whether the Pods of a StatefulSet find each other by name, as those of a cluster do. */
export function amongThemselves(unit: Unit, workload: Workload): readonly PlannedRule[] {
  const { serviceName, replicas } = workload;
  if (
    workload.maker !== 'StatefulSet' ||
    serviceName?.value === undefined ||
    serviceName.value === '' ||
    replicas === undefined ||
    replicas.value === 1
  )
    return [];
  const isNamed = lookUp(unit.index.services(serviceName.value), workload.namespace).here.some(isHeadless);
  const peers = isNamed ? peerLines(unit, workload, workload, PLAIN) : undefined;
  if (peers === undefined) return [];
  const notes = [
    noteAt(
      unit,
      `Its Pods know each other by the names that ${serviceName.value} gives them`,
      workload.file,
      serviceName,
    ),
  ];
  return [{ notes, peers, ports: [] }];
}
