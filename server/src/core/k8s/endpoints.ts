import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import type { Field, ReadContext } from './field.ts';
import { readBoolean, readInteger, readList, readString } from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** Hand-written endpoints: an `Endpoints` object, or an EndpointSlice with the Service that its label names. */
export interface EndpointsObject extends ResourceBase {
  readonly type: 'endpoints';
  readonly service: Field<string>;
  /** Of an EndpointSlice: the label that says which controller it belongs to. */
  readonly managedBy: Field<string>;
  /** Whether that label is there: the object is a copy of what a controller made. */
  readonly isManaged: boolean;
  /** Of Endpoints: the label `endpointslice.kubernetes.io/skip-mirror`. */
  readonly skipMirror: Field<string>;
  /** `IPv4`, `IPv6` or `FQDN` of an EndpointSlice. */
  readonly addressType: Field<string>;
  /** The subsets of Endpoints; an EndpointSlice is one. */
  readonly subsets: readonly WrittenSubset[];
  /** Of all subsets. */
  readonly ports: readonly WrittenPort[];
  /** Further ports may exist. */
  readonly portsOpen: boolean;
  /** There may be more than the view shows. */
  readonly open: boolean;
}

export interface WrittenSubset {
  readonly ports: readonly WrittenPort[];
  readonly endpoints: readonly WrittenEndpoint[];
}

export interface WrittenPort {
  /** Absent and empty mean alike: an unnamed port. */
  readonly name: Field<string>;
  readonly port: Field<number>;
  readonly protocol: Field<string>;
  readonly appProtocol: Field<string>;
}

export interface WrittenEndpoint {
  readonly addresses: readonly Field<string>[];
  readonly hostname: Field<string>;
  /** Of Endpoints: whether it stands among `addresses`, not `notReadyAddresses`. */
  readonly listedReady: boolean | undefined;
  readonly ready: Field<boolean>;
  readonly serving: Field<boolean>;
  readonly terminating: Field<boolean>;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror';

/** Reads an Endpoints or EndpointSlice object. */
export function readEndpoints(base: ResourceBase, root: YamlNode, context: ReadContext): EndpointsObject {
  const labels = findValue(findValue(root, 'metadata'), 'labels');
  const isSlice = base.kind !== 'Endpoints';
  const list = isSlice ? undefined : readList(findValue(root, 'subsets'), context);
  const holders = isSlice ? [root] : (list?.items ?? []);
  const subsets = holders.map((holder) => (isSlice ? readSlice(holder, context) : readSubset(holder, context)));
  const portsOpen = list?.open === true || holders.some((holder) => isOpen(findValue(holder, 'ports'), context));
  return {
    type: 'endpoints',
    service: isSlice ? readString(findValue(labels, SERVICE_LABEL), context) : base.name,
    managedBy: readString(isSlice ? findValue(labels, MANAGED_BY_LABEL) : undefined, context),
    isManaged: !isNull(findValue(labels, MANAGED_BY_LABEL)),
    skipMirror: readString(isSlice ? undefined : findValue(labels, SKIP_MIRROR_LABEL), context),
    addressType: readString(isSlice ? findValue(root, 'addressType') : undefined, context),
    subsets,
    ports: subsets.flatMap(({ ports }) => ports),
    portsOpen,
    open:
      portsOpen ||
      root.unknown !== undefined ||
      labels?.unknown !== undefined ||
      (isSlice && isOpen(findValue(root, 'endpoints'), context)),
    ...base,
  };
}

function isOpen(node: YamlNode | undefined, context: ReadContext): boolean {
  return readList(node, context)?.open ?? false;
}

function readSlice(root: YamlNode, context: ReadContext): WrittenSubset {
  const endpoints = readList(findValue(root, 'endpoints'), context)?.items ?? [];
  return { ports: readPorts(root, context), endpoints: endpoints.map((node) => readSliceEndpoint(node, context)) };
}

function readSliceEndpoint(node: YamlNode, context: ReadContext): WrittenEndpoint {
  const conditions = findValue(node, 'conditions');
  return {
    addresses: (readList(findValue(node, 'addresses'), context)?.items ?? []).map((item) => readString(item, context)),
    hostname: readString(findValue(node, 'hostname'), context),
    listedReady: undefined,
    ready: readBoolean(findValue(conditions, 'ready'), context),
    serving: readBoolean(findValue(conditions, 'serving'), context),
    terminating: readBoolean(findValue(conditions, 'terminating'), context),
  };
}

function readSubset(node: YamlNode, context: ReadContext): WrittenSubset {
  const read = (key: string, listedReady: boolean) =>
    (readList(findValue(node, key), context)?.items ?? []).map((item): WrittenEndpoint => {
      const ip = findValue(item, 'ip');
      return {
        addresses: isNull(ip) ? [] : [readString(ip, context)],
        hostname: readString(findValue(item, 'hostname'), context),
        listedReady,
        ready: undefined,
        serving: undefined,
        terminating: undefined,
      };
    });
  return {
    ports: readPorts(node, context),
    endpoints: [...read('addresses', true), ...read('notReadyAddresses', false)],
  };
}

function readPorts(node: YamlNode, context: ReadContext): readonly WrittenPort[] {
  return (readList(findValue(node, 'ports'), context)?.items ?? []).map((item) => ({
    name: readString(findValue(item, 'name'), context),
    port: readInteger(findValue(item, 'port'), context),
    protocol: readString(findValue(item, 'protocol'), context),
    appProtocol: readString(findValue(item, 'appProtocol'), context),
  }));
}
