import { effectivePairs, findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readInteger, readList, readString } from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** Hand-written endpoints: an `Endpoints` object, or an EndpointSlice with the Service that its label names. */
export interface EndpointsObject extends ResourceBase {
  readonly type: 'endpoints';
  readonly service: Field<string>;
  /** A label says that a controller of the user's own keeps the slice. */
  readonly isManaged: boolean;
  /** Of all subsets. */
  readonly ports: readonly EndpointsPort[];
  /** Further ports may exist. */
  readonly portsOpen: boolean;
}

export interface EndpointsPort {
  /** Absent and empty mean alike: an unnamed port. */
  readonly name: Field<string>;
  readonly port: Field<number>;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';
const MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by';

/** Reads an Endpoints or EndpointSlice object. */
export function readEndpoints(base: ResourceBase, root: YamlNode, context: ReadContext): EndpointsObject {
  const labels = findValue(findValue(root, 'metadata'), 'labels');
  const service = base.kind === 'Endpoints' ? base.name : readString(findValue(labels, SERVICE_LABEL), context);
  const subsets = base.kind === 'Endpoints' ? readList(findValue(root, 'subsets'), context) : undefined;
  const holders = base.kind === 'Endpoints' ? (subsets?.items ?? []) : [root];
  const lists = holders.map((holder) => readList(findValue(holder, 'ports'), context));
  return {
    type: 'endpoints',
    service,
    isManaged: labels?.kind === 'mapping' && effectivePairs(labels).some(({ name }) => name === MANAGER_LABEL),
    ports: lists.flatMap((list) => (list?.items ?? []).map((item) => readPort(item, context))),
    portsOpen: subsets?.open === true || lists.some((list) => list?.open === true),
    ...base,
  };
}

function readPort(node: YamlNode, context: ReadContext): EndpointsPort {
  const name = findValue(node, 'name');
  return {
    name: isNull(name) ? undefined : readString(name, context),
    port: readInteger(findValue(node, 'port'), context),
  };
}
