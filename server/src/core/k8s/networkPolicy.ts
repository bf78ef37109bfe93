import type { Span } from '../base/span.ts';
import { effectivePairs, findPair, findValue, isNull, type YamlNode, type YamlPair } from '../yaml/node.ts';
import {
  type Field,
  type IntOrString,
  noteMapping,
  noteSelector,
  type ReadContext,
  readInteger,
  readIntOrString,
  readList,
  readString,
} from './field.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';
import type { ResourceBase } from './resourceBase.ts';

/** A `networking.k8s.io/v1` NetworkPolicy. */
export interface NetworkPolicy extends ResourceBase {
  readonly type: 'networkPolicy';
  /** The `spec` mapping; absent where none is written. */
  readonly spec: Span | undefined;
  /** The Pods it isolates. Absent selects every Pod of the namespace, as `{}` does. */
  readonly podSelector: LabelSelector | undefined;
  readonly policyTypes: PolicyTypes | undefined;
  readonly ingress: PolicyRules | undefined;
  readonly egress: PolicyRules | undefined;
}

export interface PolicyTypes extends Span {
  readonly items: readonly Field<string>[];
  readonly open: boolean;
}

/** The list under `ingress` or `egress`; an empty list denies, an absent one too where the direction is isolated. */
export interface PolicyRules extends Span {
  readonly key: Span;
  readonly rules: readonly PolicyRule[];
  readonly open: boolean;
}

export interface PolicyRule extends Span {
  /** `from` or `to`; absent or empty means everyone. */
  readonly peers: readonly PolicyPeer[];
  /** Absent or empty means every port. */
  readonly ports: readonly PolicyPort[];
  readonly peersOpen: boolean;
  readonly portsOpen: boolean;
  /** The list of ports, where one is written. */
  readonly portsPlace: Span | undefined;
}

export interface PolicyPeer extends Span {
  readonly podSelector: LabelSelector | undefined;
  /** The key `podSelector`, where written. */
  readonly podSelectorKey: Span | undefined;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly ipBlock: IpBlock | undefined;
  /** No key at all: refused by the API server. */
  readonly empty: boolean;
  readonly decided: boolean;
}

export interface IpBlock extends Span {
  readonly key: Span;
  readonly cidr: Field<string>;
  readonly except: readonly Field<string>[];
  /** `false`: a template, or something that is no mapping, stands there; an absent `cidr` says nothing then. */
  readonly decided: boolean;
}

export interface PolicyPort extends Span {
  readonly port: Field<IntOrString>;
  readonly endPort: Field<number>;
  readonly protocol: Field<string>;
  /** `false`: a template, or something that is no mapping, stands there; what is absent says nothing then. */
  readonly decided: boolean;
}

/** Reads the `spec` of a NetworkPolicy. */
export function readNetworkPolicy(base: ResourceBase, root: YamlNode, context: ReadContext): NetworkPolicy {
  const spec = findValue(root, 'spec');
  const types = readList(findValue(spec, 'policyTypes'), context);
  return {
    type: 'networkPolicy',
    spec: spec?.kind === 'mapping' ? { start: spec.start, end: spec.end } : undefined,
    podSelector: readSelector(findValue(spec, 'podSelector'), context),
    policyTypes: types && {
      start: types.start,
      end: types.end,
      open: types.open,
      items: types.items.map((item) => readString(item, context)),
    },
    ingress: readRules(spec, 'ingress', 'from', context),
    egress: readRules(spec, 'egress', 'to', context),
    ...base,
  };
}

export type Direction = 'ingress' | 'egress';

/**
 * Whether the policy isolates its Pods in a direction: by `policyTypes`; where absent, always for ingress, and for
 * egress when a rule is written (kubernetes pkg/apis/networking/v1/defaults.go). `undefined` where it is not decided.
 */
export function isolates(policy: NetworkPolicy, direction: Direction): boolean | undefined {
  const types = policy.policyTypes;
  if (types === undefined || (types.items.length === 0 && !types.open)) {
    if (direction === 'ingress') return true;
    if (policy.egress === undefined) return false;
    return policy.egress.rules.length > 0 ? true : policy.egress.open ? undefined : false;
  }
  const name = direction === 'ingress' ? 'Ingress' : 'Egress';
  if (types.items.some((item) => item?.value === name)) return true;
  return types.open || types.items.some((item) => item !== undefined && item.value === undefined) ? undefined : false;
}

function readRules(
  spec: YamlNode | undefined,
  field: Direction,
  peersField: 'from' | 'to',
  context: ReadContext,
): PolicyRules | undefined {
  const pair = findPair(spec, field);
  const list = readList(pair?.value, context);
  if (pair === undefined || list === undefined) return undefined;
  return {
    start: list.start,
    end: list.end,
    key: { start: pair.key.start, end: pair.key.end },
    open: list.open,
    rules: list.items.map((item) => readRule(item, peersField, context)),
  };
}

function readRule(node: YamlNode, peersField: 'from' | 'to', context: ReadContext): PolicyRule {
  noteMapping(node, context);
  const peers = readList(findValue(node, peersField), context);
  const ports = readList(findValue(node, 'ports'), context);
  const unknown = node.unknown !== undefined;
  return {
    start: node.start,
    end: node.end,
    peers: (peers?.items ?? []).map((item) => readPeer(item, context)),
    ports: (ports?.items ?? []).map((item) => readPort(item, context)),
    peersOpen: unknown || (peers?.open ?? false),
    portsOpen: unknown || (ports?.open ?? false),
    portsPlace: ports && { start: ports.start, end: ports.end },
  };
}

function readPeer(node: YamlNode, context: ReadContext): PolicyPeer {
  const block = findPair(node, 'ipBlock');
  const pods = findPair(node, 'podSelector');
  return {
    start: node.start,
    end: node.end,
    podSelector: readSelector(pods?.value, context),
    podSelectorKey: pods && { start: pods.key.start, end: pods.key.end },
    namespaceSelector: readSelector(findValue(node, 'namespaceSelector'), context),
    ipBlock: block === undefined || isNull(block.value) ? undefined : readIpBlock(block, context),
    empty: node.kind === 'mapping' ? effectivePairs(node).every((pair) => isNull(pair.value)) : isNull(node),
    decided: node.unknown === undefined && (node.kind === 'mapping' || isNull(node)),
  };
}

function readIpBlock({ key, value: node }: YamlPair, context: ReadContext): IpBlock {
  return {
    key: { start: key.start, end: key.end },
    start: node.start,
    end: node.end,
    cidr: readString(findValue(node, 'cidr'), context),
    except: (readList(findValue(node, 'except'), context)?.items ?? []).map((item) => readString(item, context)),
    decided: isDecided(node),
  };
}

function readPort(node: YamlNode, context: ReadContext): PolicyPort {
  return {
    start: node.start,
    end: node.end,
    port: readIntOrString(findValue(node, 'port'), context),
    endPort: readInteger(findValue(node, 'endPort'), context),
    protocol: readString(findValue(node, 'protocol'), context),
    decided: isDecided(node),
  };
}

function isDecided(node: YamlNode): boolean {
  return node.unknown === undefined && node.kind === 'mapping';
}

function readSelector(node: YamlNode | undefined, context: ReadContext): LabelSelector | undefined {
  noteSelector(node, context);
  return readLabelSelector(node, context.intern);
}
