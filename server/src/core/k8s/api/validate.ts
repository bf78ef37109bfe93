import { findValue, type YamlNode } from '../../yaml/node.ts';
import { rootPlace, type Validator } from './place.ts';
import type { Refusal } from './refusal.ts';
import { CONFIG_VALIDATORS } from './validation/config/index.ts';
import { METADATA_VALIDATOR } from './validation/metadata/index.ts';
import { KIND_VALIDATORS } from './validation/network/index.ts';
import { WORKLOAD_VALIDATORS } from './validation/workloads/index.ts';

/**
 * Everything in an object for which the API server refuses it, whatever the cluster holds: an unknown kind, unknown
 * fields and wrong types, then faults of meaning. Unlike for the server, a wrong type does not hide the rest. Nothing is
 * said of what a template writes, and of objects of no built-in group. Document problems (duplicate keys) are not looked at.
 */
export function findRefusals(root: YamlNode): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const report = (refusal: Refusal) => void refusals.push(refusal);
  const object = rootPlace(root);
  for (const validate of validatorsOf(kindOf(root))) validate(object, report);
  return refusals;
}

function validatorsOf(kind: string): readonly Validator[] {
  const meaning = WORKLOAD_VALIDATORS.get(kind) ?? KIND_VALIDATORS.get(kind) ?? CONFIG_VALIDATORS.get(kind);
  return meaning === undefined ? [METADATA_VALIDATOR] : [METADATA_VALIDATOR, meaning];
}

/** `apps/v1/Deployment` */
function kindOf(root: YamlNode): string {
  return `${textOf(findValue(root, 'apiVersion'))}/${textOf(findValue(root, 'kind'))}`;
}

function textOf(node: YamlNode | undefined): string {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
}
