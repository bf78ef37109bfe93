import type { Located, Span } from '../base/span.ts';
import { findPair, findValue, type YamlNode } from '../yaml/node.ts';
import {
  type Field,
  type IntOrString,
  noteNonStrings,
  type ReadContext,
  readBoolean,
  readInteger,
  readIntOrString,
  readList,
  readString,
} from './field.ts';
import { type LabelSelector, readSelectorMap } from './labels.ts';
import type { ResourceBase } from './resourceBase.ts';

/** A `v1` Service. Fields are as written; {@link serviceTypeOf} and its like apply the API server's defaults. */
export interface Service extends ResourceBase {
  readonly type: 'service';
  readonly serviceType: Field<string>;
  readonly selector: LabelSelector | undefined;
  readonly ports: readonly ServicePort[];
  readonly portsSpan: Span | undefined;
  /** Further ports may exist. */
  readonly portsOpen: boolean;
  readonly clusterIP: Field<string>;
  readonly clusterIPs: readonly Field<string>[];
  readonly externalName: Field<string>;
  readonly externalTrafficPolicy: Field<string>;
  readonly externalIPs: readonly Field<string>[];
  readonly internalTrafficPolicy: Field<string>;
  readonly sessionAffinity: Field<string>;
  /** The key `sessionAffinityConfig`, where it holds something. */
  readonly sessionAffinityConfig: Span | undefined;
  readonly loadBalancerClass: Field<string>;
  readonly allocateLoadBalancerNodePorts: Field<boolean>;
  readonly publishNotReadyAddresses: Field<boolean>;
  readonly healthCheckNodePort: Field<number>;
  readonly loadBalancerSourceRanges: readonly Field<string>[];
  readonly ipFamilies: readonly Field<string>[];
  readonly ipFamilyPolicy: Field<string>;
  readonly trafficDistribution: Field<string>;
  /** The mapping `spec`, for a fix that adds to it. */
  readonly specPlace: Span | undefined;
  /** The keys of `spec` as written, without `type` and `ports`: what a fix takes away. */
  readonly specKeys: readonly Located<string>[];
}

export interface ServicePort extends Span {
  readonly name: Field<string>;
  readonly port: Field<number>;
  readonly targetPort: Field<IntOrString>;
  readonly nodePort: Field<number>;
  readonly nodePortKey: Span | undefined;
  readonly protocol: Field<string>;
  readonly appProtocol: Field<string>;
}

/** Reads the `spec` of a core Service. */
export function readService(base: ResourceBase, root: YamlNode, context: ReadContext): Service {
  const spec = findValue(root, 'spec');
  const selector = findValue(spec, 'selector');
  noteNonStrings(selector, 'selector', context);
  const ports = readList(findValue(spec, 'ports'), context);
  const affinity = findPair(spec, 'sessionAffinityConfig');
  return {
    type: 'service',
    serviceType: readString(findValue(spec, 'type'), context),
    selector: readSelectorMap(selector, context.intern),
    ports: (ports?.items ?? NONE).map((item) => readServicePort(item, context)),
    portsSpan: ports && { start: ports.start, end: ports.end },
    portsOpen: (ports?.open ?? false) || spec?.unknown !== undefined,
    clusterIP: readString(findValue(spec, 'clusterIP'), context),
    clusterIPs: readStrings(findValue(spec, 'clusterIPs'), context),
    externalName: readString(findValue(spec, 'externalName'), context),
    externalTrafficPolicy: readString(findValue(spec, 'externalTrafficPolicy'), context),
    externalIPs: readStrings(findValue(spec, 'externalIPs'), context),
    internalTrafficPolicy: readString(findValue(spec, 'internalTrafficPolicy'), context),
    sessionAffinity: readString(findValue(spec, 'sessionAffinity'), context),
    sessionAffinityConfig:
      affinity?.value.kind === 'mapping' && affinity.value.pairs.length > 0
        ? { start: affinity.key.start, end: affinity.key.end }
        : undefined,
    loadBalancerClass: readString(findValue(spec, 'loadBalancerClass'), context),
    allocateLoadBalancerNodePorts: readBoolean(findValue(spec, 'allocateLoadBalancerNodePorts'), context),
    publishNotReadyAddresses: readBoolean(findValue(spec, 'publishNotReadyAddresses'), context),
    healthCheckNodePort: readInteger(findValue(spec, 'healthCheckNodePort'), context),
    loadBalancerSourceRanges: readStrings(findValue(spec, 'loadBalancerSourceRanges'), context),
    ipFamilies: readStrings(findValue(spec, 'ipFamilies'), context),
    ipFamilyPolicy: readString(findValue(spec, 'ipFamilyPolicy'), context),
    trafficDistribution: readString(findValue(spec, 'trafficDistribution'), context),
    specPlace: spec?.kind === 'mapping' ? { start: spec.start, end: spec.end } : undefined,
    specKeys: readSpecKeys(spec, context),
    ...base,
  };
}

/** The Service's type with the default applied; `undefined` where it is not decided. */
export function serviceTypeOf(service: Service): string | undefined {
  return service.serviceType === undefined || service.serviceType.value === ''
    ? 'ClusterIP'
    : service.serviceType.value;
}

/** Whether the Service asks for no virtual address (`clusterIP: None`). */
export function isHeadless(service: Service): boolean {
  return serviceTypeOf(service) === 'ClusterIP' && service.clusterIP?.value === 'None';
}

/** Whether Kubernetes looks for Pods for this Service: a non-empty selector, and not an ExternalName. */
export function selectsPods(service: Service): boolean {
  if (serviceTypeOf(service) === 'ExternalName' || service.selector === undefined) return false;
  return service.selector.requirements.length > 0 || service.selector.open;
}

/** The port's protocol with the default applied; `undefined` where it is not decided. */
export function protocolOf(port: { readonly protocol: Field<string> }): string | undefined {
  if (port.protocol === undefined || port.protocol.value === '') return 'TCP';
  return port.protocol.value;
}

/**
 * Where the port leads on a Pod: `targetPort`, else the Service's own number (0 and `""` mean that too,
 * kubernetes pkg/apis/core/v1/defaults.go). `undefined` where it is not decided.
 */
export function targetPortOf(port: ServicePort): IntOrString | undefined {
  const target = port.targetPort;
  if (target === undefined || target.value === 0 || target.value === '') return port.port?.value;
  return target.value;
}

function readServicePort(node: YamlNode, context: ReadContext): ServicePort {
  const nodePort = findPair(node, 'nodePort');
  return {
    start: node.start,
    end: node.end,
    name: readString(findValue(node, 'name'), context),
    port: readInteger(findValue(node, 'port'), context),
    targetPort: readIntOrString(findValue(node, 'targetPort'), context),
    nodePort: readInteger(nodePort?.value, context),
    nodePortKey: nodePort && { start: nodePort.key.start, end: nodePort.key.end },
    protocol: readString(findValue(node, 'protocol'), context),
    appProtocol: readString(findValue(node, 'appProtocol'), context),
  };
}

/** One for all: nearly every Service has no such lists. */
const NONE: readonly never[] = [];

/** The items of a list of strings; what a template may add stands as one undecided item more. */
function readStrings(node: YamlNode | undefined, context: ReadContext): readonly Field<string>[] {
  const list = readList(node, context);
  if (list === undefined) return NONE;
  const items = list.items.map((item) => readString(item, context));
  return list.open ? [...items, { undecided: 'template', start: list.start, end: list.end }] : items;
}

function readSpecKeys(spec: YamlNode | undefined, context: ReadContext): readonly Located<string>[] {
  if (spec?.kind !== 'mapping') return [];
  return spec.pairs.flatMap(({ name, key, merge }) =>
    merge || name === undefined || name === 'type' || name === 'ports'
      ? []
      : [{ value: context.intern(name), start: key.start, end: key.end }],
  );
}
