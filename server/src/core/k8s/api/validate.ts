import type { YamlNode } from '../../yaml/node.ts';
import { lookUpKind } from './apiKind.ts';
import { rootPlace, type Validator } from './place.ts';
import type { Refusal } from './refusal.ts';
import { checkStructure } from './structure.ts';
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
  const apiKind = lookUpKind(root);
  if (apiKind.status !== 'known') return apiKind.status === 'refused' ? [apiKind.refusal] : [];
  const refusals: Refusal[] = [];
  const report = (refusal: Refusal) => void refusals.push(refusal);
  checkStructure(root, apiKind.shape, report);
  const object = rootPlace(root);
  for (const validate of validatorsOf(apiKind.key)) validate(object, report);
  return refusals;
}

function validatorsOf(key: string): readonly Validator[] {
  const meaning = WORKLOAD_VALIDATORS.get(key) ?? KIND_VALIDATORS.get(key) ?? CONFIG_VALIDATORS.get(key);
  return meaning === undefined ? [METADATA_VALIDATOR] : [METADATA_VALIDATOR, meaning];
}
