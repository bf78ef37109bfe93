import { findValue, type YamlNode } from '../yaml/node.ts';
import { type Field, type IntOrString, noteSelector, type ReadContext, readIntOrString } from './field.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';
import type { ResourceBase } from './resourceBase.ts';

/** A `policy` PodDisruptionBudget. */
export interface PodDisruptionBudget extends ResourceBase {
  readonly type: 'disruptionBudget';
  readonly selector: LabelSelector | undefined;
  readonly minAvailable: Field<IntOrString>;
  readonly maxUnavailable: Field<IntOrString>;
}

/** Reads the `spec` of a PodDisruptionBudget. */
export function readDisruptionBudget(base: ResourceBase, root: YamlNode, context: ReadContext): PodDisruptionBudget {
  const spec = findValue(root, 'spec');
  const selector = findValue(spec, 'selector');
  noteSelector(selector, context);
  return {
    type: 'disruptionBudget',
    selector: readLabelSelector(selector, context.intern),
    minAvailable: readIntOrString(findValue(spec, 'minAvailable'), context),
    maxUnavailable: readIntOrString(findValue(spec, 'maxUnavailable'), context),
    ...base,
  };
}
