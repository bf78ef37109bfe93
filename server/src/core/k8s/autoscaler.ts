import type { Span } from '../base/span.ts';
import { findValue, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readInteger, readString } from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** An `autoscaling` HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler extends ResourceBase {
  readonly type: 'autoscaler';
  readonly target: ScaleTarget | undefined;
  readonly minReplicas: Field<number>;
  readonly maxReplicas: Field<number>;
}

export interface ScaleTarget extends Span {
  readonly apiVersion: Field<string>;
  readonly kind: Field<string>;
  readonly name: Field<string>;
}

/** Reads target and bounds of a HorizontalPodAutoscaler. */
export function readAutoscaler(base: ResourceBase, root: YamlNode, context: ReadContext): HorizontalPodAutoscaler {
  const spec = findValue(root, 'spec');
  const target = findValue(spec, 'scaleTargetRef');
  return {
    type: 'autoscaler',
    target: target && {
      start: target.start,
      end: target.end,
      apiVersion: readString(findValue(target, 'apiVersion'), context),
      kind: readString(findValue(target, 'kind'), context),
      name: readString(findValue(target, 'name'), context),
    },
    minReplicas: readInteger(findValue(spec, 'minReplicas'), context),
    maxReplicas: readInteger(findValue(spec, 'maxReplicas'), context),
    ...base,
  };
}
