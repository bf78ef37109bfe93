import type { JsonObject } from '../../server/src/core/k8s/api/defaults/draft.ts';
import { applyChange } from '../../server/src/core/k8s/api/immutable/apply.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { parseSingle } from '../../server/src/core/yaml/parse.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

/** Whether an apply over an object is refused, and for which fields. */
export function run(vector: Vector): Verdict {
  const [old, manifest] = [vector.old, vector.new].map((text) => toJson(parseSingle(String(text)).root));
  // The recorded claims have no volume.
  const outcome = applyChange(old as JsonObject, manifest as JsonObject, { isClaimBound: false });
  if (outcome === undefined) return { status: 'unknown' };
  const errors = vector.errors as readonly { readonly field: string }[];
  return compare(
    { accepted: vector.accepted, fields: fieldsOf(errors) },
    { accepted: outcome.refusals.length === 0, fields: fieldsOf(outcome.refusals) },
  );
}

function fieldsOf(errors: readonly { readonly field: string }[]): readonly string[] {
  return [...new Set(errors.map(({ field }) => field))].sort();
}
