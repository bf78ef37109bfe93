import type { Span } from '../base/span.ts';
import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readInteger, readList, readString } from './field.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';
import type { ResourceBase } from './resourceBase.ts';

/** A route of the Gateway API: HTTPRoute, GRPCRoute, TCPRoute, TLSRoute or UDPRoute. https://gateway-api.sigs.k8s.io/reference/spec/ */
export interface Route extends ResourceBase {
  readonly type: 'route';
  readonly parents: readonly ParentRef[];
  readonly hostnames: readonly Field<string>[];
  readonly backends: readonly ObjectRef[];
}

/** A Gateway with its listeners. */
export interface Gateway extends ResourceBase {
  readonly type: 'gateway';
  readonly listeners: readonly Listener[];
  /** Further listeners may exist. */
  readonly listenersOpen: boolean;
}

/** Lets objects of other namespaces refer to objects of its own. */
export interface ReferenceGrant extends ResourceBase {
  readonly type: 'referenceGrant';
  readonly from: readonly Granted[];
  readonly to: readonly Granted[];
}

/** A reference to a backend or certificate. Absent group and kind have the default that the field gives them. */
export interface ObjectRef extends Span {
  readonly group: Field<string>;
  readonly kind: Field<string>;
  readonly name: Field<string>;
  readonly namespace: Field<string>;
  readonly port: Field<number>;
}

export interface ParentRef extends ObjectRef {
  readonly sectionName: Field<string>;
}

export interface Listener extends Span {
  readonly name: Field<string>;
  readonly hostname: Field<string>;
  readonly port: Field<number>;
  /** Whose routes may attach: `Same` (the default), `All`, `Selector`, `None`. */
  readonly from: Field<string>;
  readonly namespaces: LabelSelector | undefined;
  readonly certificates: readonly ObjectRef[];
}

export interface Granted {
  readonly group: Field<string>;
  readonly kind: Field<string>;
  /** Of `from`. */
  readonly namespace: Field<string>;
  /** Of `to`; absent: every object of the kind. */
  readonly name: Field<string>;
}

/** Whether an object reference leads to a core Service, the default of backends. */
export function isServiceRef({ group, kind }: ObjectRef): boolean {
  return (group === undefined || group.value === '') && (kind === undefined || kind.value === 'Service');
}

/** Reads a route. */
export function readRoute(base: ResourceBase, root: YamlNode, context: ReadContext): Route {
  const spec = findValue(root, 'spec');
  const rules = itemsOf(findValue(spec, 'rules'), context);
  const mirrors = (holder: YamlNode) =>
    itemsOf(findValue(holder, 'filters'), context).flatMap(
      (filter) => findValue(findValue(filter, 'requestMirror'), 'backendRef') ?? [],
    );
  const backends = rules.flatMap((rule) => [
    ...itemsOf(findValue(rule, 'backendRefs'), context),
    ...mirrors(rule),
    ...itemsOf(findValue(rule, 'backendRefs'), context).flatMap(mirrors),
  ]);
  return {
    type: 'route',
    parents: itemsOf(findValue(spec, 'parentRefs'), context).map((item) => ({
      ...readRef(item, context),
      sectionName: readString(findValue(item, 'sectionName'), context),
    })),
    hostnames: itemsOf(findValue(spec, 'hostnames'), context).map((item) => readString(item, context)),
    backends: backends.filter((backend) => !isNull(backend)).map((backend) => readRef(backend, context)),
    ...base,
  };
}

/** Reads a Gateway. */
export function readGateway(base: ResourceBase, root: YamlNode, context: ReadContext): Gateway {
  const list = readList(findValue(findValue(root, 'spec'), 'listeners'), context);
  return {
    type: 'gateway',
    listeners: (list?.items ?? []).map((item) => readListener(item, context)),
    listenersOpen: list === undefined || list.open,
    ...base,
  };
}

/** Reads a ReferenceGrant. */
export function readReferenceGrant(base: ResourceBase, root: YamlNode, context: ReadContext): ReferenceGrant {
  const spec = findValue(root, 'spec');
  const read = (field: string) => itemsOf(findValue(spec, field), context).map((item) => readRef(item, context));
  return { type: 'referenceGrant', from: read('from'), to: read('to'), ...base };
}

function readListener(node: YamlNode, context: ReadContext): Listener {
  const namespaces = findValue(findValue(node, 'allowedRoutes'), 'namespaces');
  return {
    start: node.start,
    end: node.end,
    name: readString(findValue(node, 'name'), context),
    hostname: readString(findValue(node, 'hostname'), context),
    port: readInteger(findValue(node, 'port'), context),
    from: readString(findValue(namespaces, 'from'), context),
    namespaces: readLabelSelector(findValue(namespaces, 'selector'), context.intern),
    certificates: itemsOf(findValue(findValue(node, 'tls'), 'certificateRefs'), context).map((item) =>
      readRef(item, context),
    ),
  };
}

function readRef(node: YamlNode, context: ReadContext): ObjectRef {
  return {
    start: node.start,
    end: node.end,
    group: readString(findValue(node, 'group'), context),
    kind: readString(findValue(node, 'kind'), context),
    name: readString(findValue(node, 'name'), context),
    namespace: readString(findValue(node, 'namespace'), context),
    port: readInteger(findValue(node, 'port'), context),
  };
}

function itemsOf(node: YamlNode | undefined, context: ReadContext): readonly YamlNode[] {
  return readList(node, context)?.items ?? [];
}
