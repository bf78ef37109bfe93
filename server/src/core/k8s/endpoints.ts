import { findValue, type YamlNode } from '../yaml/node.ts';
import type { Field, ReadContext } from './field.ts';
import { readString } from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** Hand-written endpoints: an `Endpoints` object, or an EndpointSlice with the Service that its label names. */
export interface EndpointsObject extends ResourceBase {
  readonly type: 'endpoints';
  readonly service: Field<string>;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** Reads an Endpoints or EndpointSlice object. */
export function readEndpoints(base: ResourceBase, root: YamlNode, context: ReadContext): EndpointsObject {
  const labels = findValue(findValue(root, 'metadata'), 'labels');
  const service = base.kind === 'Endpoints' ? base.name : readString(findValue(labels, SERVICE_LABEL), context);
  return { type: 'endpoints', service, ...base };
}
