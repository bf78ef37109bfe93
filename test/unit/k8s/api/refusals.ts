import assert from 'node:assert/strict';
import { rootPlace, type Validator } from '../../../../server/src/core/k8s/api/place.ts';
import type { Refusal } from '../../../../server/src/core/k8s/api/refusal.ts';
import { parseYaml } from '../../../../server/src/core/yaml/parse.ts';

/** What a validator refuses in a manifest. */
export function refusalsOf(manifest: string, validator: Validator | undefined): readonly Refusal[] {
  const root = parseYaml(manifest).documents[0]?.root;
  assert(root !== undefined && validator !== undefined);
  const refusals: Refusal[] = [];
  validator(rootPlace(root), (refusal) => void refusals.push(refusal));
  return refusals;
}

/** The fields that a validator refuses, in order, each once. */
export function refusedFields(manifest: string, validator: Validator | undefined): readonly string[] {
  return [...new Set(refusalsOf(manifest, validator).map(({ field }) => field))];
}
