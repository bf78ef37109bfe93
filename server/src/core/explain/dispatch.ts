import { joinSpans } from '../base/span.ts';
import type { Ingress } from '../k8s/ingress.ts';
import type { Direction, NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Resource } from '../k8s/resource.ts';
import { isHeadless, type Service, serviceTypeOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { findValue } from '../yaml/node.ts';
import type { PathStep } from '../yaml/path.ts';
import type { Card } from './card.ts';
import { explainContainerPort, explainContainerPorts } from './containerPort.ts';
import type { ExplainContext } from './context.ts';
import { explainDnsValue } from './dnsName.ts';
import { explainBackend, explainIngress } from './ingress.ts';
import { explainNodePort } from './nodePort.ts';
import { explainPodLabels, explainWorkloadSelector } from './podLabels.ts';
import { explainDnsPolicy, explainHostNetwork } from './podNetwork.ts';
import { explainPolicy, explainPolicyRule, explainPolicySelector, explainPolicyTypes } from './policy.ts';
import { explainIpBlock, explainSelectorPeer } from './policyPeer.ts';
import { explainPolicyPort } from './policyPorts.ts';
import { explainProbe } from './probe.ts';
import { explainAutoscaler, explainBudget } from './scaling.ts';
import { explainServicePort } from './servicePort.ts';
import { explainServiceSelector } from './serviceSelector.ts';
import { explainExternalName, explainHeadless, explainService } from './serviceType.ts';
import { explainInternalTrafficPolicy, explainTrafficPolicy } from './trafficPolicy.ts';
import { explainWorkload } from './workload.ts';

/** An object as a whole; `undefined` for kinds about which nothing is computed. */
export function explainResource(resource: Resource, context: ExplainContext): Card | undefined {
  switch (resource.type) {
    case 'service':
      return explainService(resource, context);
    case 'workload':
      return explainWorkload(resource, context);
    case 'networkPolicy':
      return explainPolicy(resource, context);
    case 'ingress':
      return explainIngress(resource, context);
    case 'autoscaler':
      return explainAutoscaler(resource, context);
    case 'disruptionBudget':
      return explainBudget(resource, context);
    default:
      return undefined;
  }
}

/** The field of an object that a path from its root leads to; `undefined` where nothing is computed about it. */
export function explainField(
  resource: Resource,
  steps: readonly PathStep[],
  context: ExplainContext,
): Card | undefined {
  const names = steps.map((step) => (step.kind === 'item' ? '[]' : (step.pair.name ?? '')));
  const [first, second] = names;
  if ((first === 'kind' && names.length === 1) || (first === 'metadata' && second === 'name' && names.length === 2))
    return explainResource(resource, context);
  const path: FieldPath = { names, steps };
  switch (resource.type) {
    case 'service':
      return first === 'spec' ? serviceField(resource, path, context) : undefined;
    case 'workload':
      return workloadField(resource, path, context);
    case 'networkPolicy':
      return first === 'spec' ? policyField(resource, path, context) : undefined;
    case 'ingress':
      return first === 'spec' ? ingressField(resource, path, context) : undefined;
    case 'autoscaler':
      return first === 'spec' && ['scaleTargetRef', 'minReplicas', 'maxReplicas'].includes(second ?? '')
        ? explainAutoscaler(resource, context)
        : undefined;
    case 'disruptionBudget':
      return first === 'spec' && ['selector', 'minAvailable', 'maxUnavailable'].includes(second ?? '')
        ? explainBudget(resource, context)
        : undefined;
    default:
      return resource.kind === 'ConfigMap' && first === 'data' && names.length === 2
        ? dnsValue(resource, steps.at(-1), context)
        : undefined;
  }
}

function dnsValue(
  holder: Resource,
  step: PathStep | undefined,
  context: ExplainContext,
  workload?: Workload,
): Card | undefined {
  const node = step?.kind === 'item' ? step.item : step?.pair.value;
  return node?.kind === 'scalar' ? within(step, explainDnsValue(holder, node.text, context, workload)) : undefined;
}

interface FieldPath {
  /** Keys, and `[]` for an item of a list. */
  readonly names: readonly string[];
  readonly steps: readonly PathStep[];
}

function serviceField(service: Service, { names, steps }: FieldPath, context: ExplainContext): Card | undefined {
  const [, field, third, fourth] = names;
  switch (field) {
    case 'type':
      return explainService(service, context);
    case 'clusterIP':
    case 'clusterIPs':
      return isHeadless(service) ? explainHeadless(service, context) : undefined;
    case 'externalName':
      return serviceTypeOf(service) === 'ExternalName' ? explainExternalName(service, context) : undefined;
    case 'externalTrafficPolicy':
      return within(steps[1], explainTrafficPolicy(service, context));
    case 'internalTrafficPolicy':
      return within(steps[1], explainInternalTrafficPolicy(service, context));
    case 'loadBalancerClass':
    case 'loadBalancerIP':
    case 'loadBalancerSourceRanges':
    case 'allocateLoadBalancerNodePorts':
      return serviceTypeOf(service) === 'LoadBalancer' ? explainService(service, context) : undefined;
    case 'publishNotReadyAddresses':
      return explainService(service, context);
    case 'selector':
      return within(steps[1], explainServiceSelector(service, third, context));
    case 'ports': {
      if (third === undefined) return explainService(service, context);
      const port = service.ports[itemIndex(steps[2])];
      if (port === undefined || names.length > 4) return undefined;
      if (fourth === 'nodePort') return within(steps[2], explainNodePort(service, port, context));
      if (fourth === 'targetPort') return within(steps[2], explainServicePort(service, port, 'targetPort', context));
      return fourth === 'port' || fourth === 'name' || fourth === 'protocol'
        ? within(steps[2], explainServicePort(service, port, 'port', context))
        : undefined;
    }
    default:
      return undefined;
  }
}

const TEMPLATE_PLACES: readonly (readonly string[])[] = [
  ['spec', 'template'],
  ['spec', 'podTemplate'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

function workloadField(workload: Workload, path: FieldPath, context: ExplainContext): Card | undefined {
  const { names, steps } = path;
  const places = workload.maker === 'Pod' ? [[]] : TEMPLATE_PLACES;
  const place = places.find((candidate) => candidate.every((name, index) => names[index] === name));
  if (place !== undefined) {
    return podField(workload, { names: names.slice(place.length), steps: steps.slice(place.length) }, context);
  }
  if (names[0] !== 'spec') return undefined;
  if (names[1] === 'selector' && workload.selector !== undefined)
    return within(steps[1], explainWorkloadSelector(workload, context));
  return names[1] === 'replicas' ? explainWorkload(workload, context) : undefined;
}

function podField(workload: Workload, { names, steps }: FieldPath, context: ExplainContext): Card | undefined {
  const [first, second, third] = names;
  if (first === 'metadata' && second === 'labels' && names.length <= 3)
    return within(steps[third === undefined ? 1 : 2], explainPodLabels(workload, third, context));
  if (first !== 'spec') return undefined;
  if (second === 'hostNetwork') return within(steps[1], explainHostNetwork(workload, context));
  const spec = steps[1];
  if (second === 'dnsPolicy')
    return within(spec, explainDnsPolicy(workload, spec?.kind === 'item' ? undefined : spec?.mapping, context));
  if ((second !== 'containers' && second !== 'initContainers') || third !== '[]') return undefined;
  const list = workload.template.containers.filter(({ role }) => (role === 'container') === (second === 'containers'));
  const container = list[itemIndex(steps[2])];
  if (container === undefined) return undefined;
  const [field, ...rest] = names.slice(3);
  const isText = field === 'env' ? rest[1] === 'value' : (field === 'args' || field === 'command') && rest.length === 1;
  if (isText) return dnsValue(workload, steps.at(-1), context, workload);
  if (field === 'ports') {
    const port = container.ports[itemIndex(steps[4])];
    if (names.length === 4) return within(steps[3], explainContainerPorts(workload, container, context));
    const isKnown = ['containerPort', 'name', 'protocol', 'hostPort'].includes(rest[1] ?? '');
    return port !== undefined && isKnown
      ? within(steps[4], explainContainerPort(workload, container, port, context))
      : undefined;
  }
  const [probeField, ...inside] = field === 'lifecycle' ? rest : [field, ...rest];
  const probe = container.probes.find((candidate) => candidate.field === probeField);
  const isTold = inside.length === 0 || ['httpGet', 'tcpSocket', 'grpc'].includes(inside[0] ?? '');
  const place = steps[field === 'lifecycle' ? 4 : 3];
  return probe !== undefined && isTold ? within(place, explainProbe(workload, container, probe, context)) : undefined;
}

function policyField(policy: NetworkPolicy, { names, steps }: FieldPath, context: ExplainContext): Card | undefined {
  const [, field] = names;
  if (field === 'policyTypes') return within(steps[1], explainPolicyTypes(policy, context));
  if (field === 'podSelector') return within(steps[1], explainPolicySelector(policy, context));
  if (field !== 'ingress' && field !== 'egress') return undefined;
  if (names.length === 2) return explainPolicy(policy, context);
  const direction: Direction = field;
  const rule = policy[direction]?.rules[itemIndex(steps[2])];
  if (rule === undefined) return undefined;
  const [list, , part] = names.slice(3);
  if (names.length <= 4) return within(steps[2], explainPolicyRule(policy, rule, direction, context));
  if (list === 'ports') {
    const port = rule.ports[itemIndex(steps[4])];
    return port === undefined ? undefined : within(steps[4], explainPolicyPort(policy, rule, port, direction, context));
  }
  if (list !== (direction === 'ingress' ? 'from' : 'to')) return undefined;
  const peer = rule.peers[itemIndex(steps[4])];
  if (peer === undefined) return undefined;
  if (part === 'ipBlock' && peer.ipBlock !== undefined)
    return within(steps[4], explainIpBlock(policy, peer.ipBlock, direction, context));
  return part === 'podSelector' || part === 'namespaceSelector'
    ? within(steps[4], explainSelectorPeer({ policy, rule, peer, direction }, part, context))
    : undefined;
}

function ingressField(ingress: Ingress, { names, steps }: FieldPath, context: ExplainContext): Card | undefined {
  const [, field] = names;
  if (field === 'ingressClassName' || (names.length === 2 && field === 'rules'))
    return explainIngress(ingress, context);
  if (field === 'defaultBackend' || field === 'backend') {
    const backend = ingress.backends.find(({ place }) => place === 'default');
    return backend === undefined ? undefined : within(steps[1], explainBackend(ingress, backend, context));
  }
  const item = steps[5];
  if (field !== 'rules' || item?.kind !== 'item') return undefined;
  if (!['backend', 'path', 'pathType'].includes(names[6] ?? '')) return undefined;
  const start = findValue(item.item, 'backend')?.start;
  const backend = ingress.backends.find((candidate) => candidate.start === start);
  return backend === undefined ? undefined : within(item, explainBackend(ingress, backend, context));
}

/** A card about what a step leads to: an item, or a pair. */
function within(step: PathStep | undefined, card: Card | undefined): Card | undefined {
  if (card === undefined || step === undefined) return card;
  return { ...card, about: step.kind === 'item' ? step.item : joinSpans(step.pair.key, step.pair.value) };
}

/** The position of a list's item, -1 where the step is none. */
function itemIndex(step: PathStep | undefined): number {
  return step?.kind === 'item' ? step.index : -1;
}
