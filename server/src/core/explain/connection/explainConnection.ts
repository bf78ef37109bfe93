import { portOfHost } from '../../cluster/hostReferences.ts';
import type { PredictedPod } from '../../cluster/pods.ts';
import { formatIpAddress, parseIpAddress } from '../../k8s/ipAddress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { type Service, serviceTypeOf } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { explainDnsEgress } from './dnsEgress.ts';
import { explainEndpoints, explainPodReadiness } from './endpoints.ts';
import type {
  Backend,
  ConnectionExplanation,
  ConnectionOptions,
  ConnectionQuestion,
  ConnectionStep,
  ConnectionWorld,
  Source,
} from './model.ts';
import { explainName } from './name.ts';
import { explainAssumptions, explainEgress, explainIngress } from './policies.ts';
import { explainPodPort, explainServicePorts } from './port.ts';
import { explainRoute } from './route.ts';
import { explainSelector } from './selector.ts';
import { servedBy } from './served.ts';
import { explainNamespace, explainType } from './service.ts';
import { verdictOf } from './verdict.ts';
import { onlyClusterKnows, verifyCommands } from './verify.ts';
import { dnsOf, partnerOf } from './world.ts';

/**
 * Walks a connection link by link, as somebody would who looks for the one that fails: name, namespace, Service, selector,
 * endpoints, ports, the policies of both ends; each with its state, its places in the manifests and what to change. A link
 * behind one that leads nowhere is left out.
 */
export function explainConnection(question: ConnectionQuestion, options: ConnectionOptions): ConnectionExplanation {
  const chain = walk(question, options);
  const { steps, backends, protocol, port } = chain;
  const assumptions =
    backends.length === 0 && question.from.kind !== 'workload'
      ? []
      : [explainAssumptions(question.from, backends, steps)];
  const all = [...steps, ...assumptions];
  const reached = { ...chain, question, steps: all };
  const context = { unit: question.from.unit, settings: options.settings, root: undefined };
  return {
    from: describeSource(question.from),
    to: describeGoal(question, port),
    question,
    protocol,
    steps: all,
    verdict: verdictOf(all, question.from),
    onlyCluster: onlyClusterKnows(reached),
    commands: verifyCommands(reached, context),
  };
}

/** `Deployment/web`, `Ingress/shop`, `203.0.113.7`. */
function describeSource(from: Source): string {
  switch (from.kind) {
    case 'workload':
      return describeResource(from.workload);
    case 'ingress':
      return describeResource(from.ingress);
    case 'outside':
      return from.address === undefined ? 'outside of the cluster' : formatIpAddress(from.address);
  }
}

interface Chain {
  readonly steps: readonly ConnectionStep[];
  readonly service: Service | undefined;
  readonly backends: readonly Backend[];
  readonly fullName: string | undefined;
  /** As the client gives it. */
  readonly port: number | undefined;
  readonly protocol: Protocol;
}

function walk(question: ConnectionQuestion, options: ConnectionOptions): Chain {
  const { from, to } = question;
  switch (to.kind) {
    case 'host':
      return from.kind === 'workload' ? walkHost(question, from, to, options) : NOWHERE;
    case 'service':
      return from.kind === 'workload'
        ? walkHost(question, from, { host: hostFor(from.workload, to.service), reference: undefined }, options, to)
        : walkFromOutside(question, to.unit, to.service, options);
    case 'pods':
      return walkPods(question, to.unit, to.workload);
    case 'address': {
      const port = typeof question.port === 'number' ? question.port : undefined;
      const protocol = question.protocol ?? 'TCP';
      return withPolicies(question, { ...NOWHERE, backends: [{ ...to, port }], port, protocol });
    }
  }
}

const NOWHERE: Chain = {
  steps: [],
  service: undefined,
  backends: [],
  fullName: undefined,
  port: undefined,
  protocol: 'TCP',
};

/** The name by which a Pod asks for a Service: with the namespace, unless both are in one. */
function hostFor(asker: Workload, { name, namespace }: Service): string {
  const own = name?.value ?? '?';
  return namespace?.value === undefined || namespace.value === asker.namespace?.value
    ? own
    : `${own}.${namespace.value}`;
}

function walkHost(
  question: ConnectionQuestion,
  from: Extract<Source, { kind: 'workload' }>,
  {
    host,
    reference,
  }: { readonly host: string; readonly reference: Extract<ConnectionQuestion['to'], { kind: 'host' }>['reference'] },
  options: ConnectionOptions,
  meant?: { readonly unit: Unit; readonly service: Service },
): Chain {
  const { workload } = from;
  const partner =
    meant === undefined ? partnerOf(from.unit, workload, host, options.settings.clusterDomain) : meant.unit;
  const units = partner === undefined || partner === from.unit ? [from.unit] : [from.unit, partner];
  const world: ConnectionWorld = { ...options, unit: from.unit, dns: dnsOf(units, options) };
  const port = question.port ?? (reference === undefined ? undefined : portOfHost(reference.text));
  const address = parseIpAddress(host);
  if (address !== undefined) return walk({ ...question, to: { kind: 'address', address } }, options);
  const named = explainName(world, workload, host, reference);
  const { target, fullName, resolver } = named;
  const dns = resolver.asks === 'cluster' ? [explainDnsEgress(from)] : [];
  const service = meant?.service ?? (target?.kind === 'service' ? target.service : undefined);
  const asked = { ...question, port };
  const start = {
    fullName,
    port: typeof port === 'number' ? port : undefined,
    protocol: question.protocol ?? 'TCP',
  } as const;
  if (service === undefined) {
    const steps = [named.step];
    if (target === undefined) return { ...NOWHERE, ...start, steps: [...steps, ...dns] };
    const found = target.kind === 'address' ? parseIpAddress(target.address) : undefined;
    const backends: readonly Backend[] =
      found === undefined ? [] : [{ kind: 'address', address: found, port: start.port }];
    return withPolicies(asked, { ...NOWHERE, ...start, steps, backends }, dns);
  }
  const home = units.find(({ index }) => index.has(service)) ?? from.unit;
  const pods = target?.kind === 'service' ? target.pods : undefined;
  const steps = [named.step, explainNamespace(world, workload, service)];
  return walkService(asked, world, home, service, pods, { ...NOWHERE, ...start, steps, service }, dns);
}

function walkFromOutside(
  question: ConnectionQuestion,
  unit: Unit,
  service: Service,
  options: ConnectionOptions,
): Chain {
  const world: ConnectionWorld = { ...options, unit, dns: dnsOf([unit], options) };
  const { from } = question;
  const steps =
    from.kind === 'ingress'
      ? [explainRoute(from.ingress, service), explainNamespace(world, from.ingress, service)]
      : [];
  return walkService(question, world, unit, service, undefined, { ...NOWHERE, steps, service });
}

function walkService(
  question: ConnectionQuestion,
  world: ConnectionWorld,
  unit: Unit,
  service: Service,
  pods: readonly PredictedPod[] | undefined,
  chain: Chain,
  dns: readonly ConnectionStep[] = [],
): Chain {
  const predicted = world.dns.predict(service);
  const served = servedBy(unit, predicted, pods);
  const type = explainType(predicted, question.from, served.workloads);
  if (serviceTypeOf(service) === 'ExternalName')
    return withPolicies(question, { ...chain, steps: [...chain.steps, type] }, dns);
  const ports = explainServicePorts(served, question, world);
  const steps = [...chain.steps, type, explainSelector(world, served), explainEndpoints(served), ports.step];
  const { backends, protocol, port } = ports;
  return withPolicies(question, { ...chain, steps, backends, protocol, port }, dns);
}

function walkPods(question: ConnectionQuestion, unit: Unit, workload: Workload): Chain {
  const ports = explainPodPort(unit, workload, question);
  const { backends, protocol, port } = ports;
  return withPolicies(question, {
    ...NOWHERE,
    steps: [explainPodReadiness(workload), ports.step],
    backends,
    protocol,
    port,
  });
}

/** What nothing leads to needs no policies. */
function withPolicies(question: ConnectionQuestion, chain: Chain, dns: readonly ConnectionStep[] = []): Chain {
  const { from, to } = question;
  const { backends } = chain;
  const isWorld = backends.length === 0 && chain.service === undefined && to.kind === 'host';
  const isAlias = chain.service !== undefined && serviceTypeOf(chain.service) === 'ExternalName';
  const egress =
    from.kind === 'workload' && (backends.length > 0 || isWorld || isAlias)
      ? [explainEgress(from, backends, chain)]
      : [];
  const ingress = explainIngress(from, backends, chain);
  return { ...chain, steps: [...chain.steps, ...dns, ...egress, ...(ingress === undefined ? [] : [ingress])] };
}

function describeGoal({ to, port }: ConnectionQuestion, number: number | undefined): string {
  const shown = number ?? port;
  const suffix = shown === undefined ? '' : `:${shown}`;
  switch (to.kind) {
    case 'host':
      return `${to.host}${suffix}`;
    case 'service':
      return `${describeResource(to.service)}${suffix}`;
    case 'pods':
      return `the Pods of ${describeResource(to.workload)}${suffix}`;
    case 'address':
      return `${formatIpAddress(to.address)}${suffix}`;
  }
}
