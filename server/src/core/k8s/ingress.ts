import type { Located, Span } from '../base/span.ts';
import { findPair, findValue, isNull, type YamlNode } from '../yaml/node.ts';
import {
  type Field,
  type IntOrString,
  type ReadContext,
  readInteger,
  readIntOrString,
  readList,
  readString,
} from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** An Ingress of `networking.k8s.io/v1`, or of one of the removed beta versions. */
export interface Ingress extends ResourceBase {
  readonly type: 'ingress';
  /** `v1`, or the shape of the removed `v1beta1` versions (`serviceName`, `servicePort`). */
  readonly shape: 'v1' | 'v1beta1';
  readonly className: Field<string>;
  readonly backends: readonly IngressBackend[];
  /** The host of each rule; `undefined` for a rule without one. */
  readonly hosts: readonly Field<string>[];
  readonly tls: readonly IngressTls[];
}

/** A certificate, and the hosts that it stands for; no host: all. */
export interface IngressTls {
  readonly hosts: readonly Field<string>[];
  readonly hostsPlace: Span | undefined;
}

export interface IngressBackend extends Span {
  readonly place: 'default' | 'path';
  readonly host: Field<string>;
  readonly path: Field<string>;
  readonly pathType: Field<string>;
  readonly service: Field<string>;
  /** The Service port by number or name. */
  readonly port: Field<IntOrString>;
  /** Which of the two the manifest wrote. */
  readonly portKind: 'number' | 'name' | undefined;
  /** The key `number` or `name` that gives the port, in the shape of v1. */
  readonly portKey: Span | undefined;
  /** Leads to another object than a Service. */
  readonly resource: boolean;
  /** The mapping with the path and its type; `undefined` of a default backend. */
  readonly pathItem: Span | undefined;
  /** Fields of v1beta1 in an Ingress of v1, which does not know them. */
  readonly outdated?: OutdatedBackend;
}

/** `serviceName` and `servicePort`, as they are written. */
export interface OutdatedBackend {
  readonly name: Field<string>;
  readonly port: Field<IntOrString>;
  readonly keys: readonly Located<string>[];
}

/** Reads rules and default backend of an Ingress. */
export function readIngress(base: ResourceBase, root: YamlNode, context: ReadContext): Ingress {
  const spec = findValue(root, 'spec');
  const shape = base.apiVersion === 'networking.k8s.io/v1' ? 'v1' : 'v1beta1';
  const backends: IngressBackend[] = [];
  const fallback = findPair(spec, shape === 'v1' ? 'defaultBackend' : 'backend');
  if (fallback !== undefined && !isNull(fallback.value)) {
    backends.push(
      readBackend(
        fallback.value,
        shape,
        { place: 'default', host: undefined, path: undefined, pathType: undefined, pathItem: undefined },
        context,
      ),
    );
  }
  const hosts: Field<string>[] = [];
  for (const rule of readList(findValue(spec, 'rules'), context)?.items ?? []) {
    const host = readString(findValue(rule, 'host'), context);
    hosts.push(host);
    for (const item of readList(findValue(findValue(rule, 'http'), 'paths'), context)?.items ?? []) {
      const backend = findValue(item, 'backend');
      if (backend === undefined || isNull(backend)) continue;
      const path = readString(findValue(item, 'path'), context);
      const pathType = readString(findValue(item, 'pathType'), context);
      const pathItem = item.kind === 'mapping' ? { start: item.start, end: item.end } : undefined;
      backends.push(readBackend(backend, shape, { place: 'path', host, path, pathType, pathItem }, context));
    }
  }
  return {
    type: 'ingress',
    shape,
    className: readString(findValue(spec, 'ingressClassName'), context),
    backends,
    hosts,
    tls: readTls(findValue(spec, 'tls'), context),
    ...base,
  };
}

function readOutdated(node: YamlNode, context: ReadContext): { readonly outdated?: OutdatedBackend } {
  const name = findPair(node, 'serviceName');
  const port = findPair(node, 'servicePort');
  if (name === undefined && port === undefined) return {};
  const keys = [name, port].flatMap((pair): readonly Located<string>[] =>
    pair?.name === undefined ? [] : [{ value: pair.name, start: pair.key.start, end: pair.key.end }],
  );
  return { outdated: { name: readString(name?.value, context), port: readIntOrString(port?.value, context), keys } };
}

/** What a template may add stands as one undecided host more. */
function readTls(node: YamlNode | undefined, context: ReadContext): readonly IngressTls[] {
  const list = readList(node, context);
  if (list === undefined) return [];
  const entries = list.items.map((item): IngressTls => {
    const hosts = findValue(item, 'hosts');
    const read = readList(hosts, context);
    const open = item.unknown !== undefined || read?.open === true;
    return {
      hosts: [...(read?.items ?? []).map((host) => readString(host, context)), ...(open ? [undecided(item)] : [])],
      hostsPlace: hosts?.kind === 'sequence' ? { start: hosts.start, end: hosts.end } : undefined,
    };
  });
  return list.open ? [...entries, { hosts: [undecided(list)], hostsPlace: undefined }] : entries;
}

function undecided({ start, end }: Span): Field<string> {
  return { undecided: 'template', start, end };
}

function readBackend(
  node: YamlNode,
  shape: Ingress['shape'],
  at: Pick<IngressBackend, 'place' | 'host' | 'path' | 'pathType' | 'pathItem'>,
  context: ReadContext,
): IngressBackend {
  const resource = !isNull(findValue(node, 'resource'));
  if (shape === 'v1beta1') {
    const port = readIntOrString(findValue(node, 'servicePort'), context);
    const portKind = typeof port?.value === 'number' ? 'number' : port?.value === undefined ? undefined : 'name';
    return {
      service: readString(findValue(node, 'serviceName'), context),
      port,
      portKind,
      portKey: undefined,
      resource,
      start: node.start,
      end: node.end,
      ...at,
    };
  }
  const service = findValue(node, 'service');
  const port = findValue(service, 'port');
  const namePair = findPair(port, 'name');
  const numberPair = findPair(port, 'number');
  const name = readString(namePair?.value, context);
  const number = readInteger(numberPair?.value, context);
  const key = number !== undefined ? numberPair?.key : name !== undefined ? namePair?.key : undefined;
  const undecided = node.unknown ?? service?.unknown ?? port?.unknown;
  const unknownPort: Field<IntOrString> =
    undecided === undefined ? undefined : { undecided: 'template', start: node.start, end: node.end };
  return {
    service: readString(findValue(service, 'name'), context),
    port: number ?? (name?.value === '' ? undefined : name) ?? unknownPort,
    portKind: number !== undefined ? 'number' : name !== undefined ? 'name' : undefined,
    portKey: key && { start: key.start, end: key.end },
    resource,
    ...readOutdated(node, context),
    start: node.start,
    end: node.end,
    ...at,
  };
}
