import { applyDefaults, type ClusterFacts } from '../k8s/api/defaults/applyDefaults.ts';
import {
  type Draft,
  type DraftValue,
  draftOf,
  isDraft,
  type JsonObject,
  openObject,
} from '../k8s/api/defaults/draft.ts';
import { drawServiceValues } from '../k8s/api/immutable/service.ts';
import type { JsonValue } from '../yaml/json.ts';

/** What stands for a value that the API server draws. */
export const ALLOCATED = 'allocated';

/** A Service's `spec` as a cluster stores it, with `allocated` for the addresses and node ports that it draws. */
export function storedServiceSpec(manifest: JsonObject, facts?: ClusterFacts): JsonValue {
  const stored = draftOf(applyDefaults(withoutNulls(manifest) as JsonObject, facts));
  const drawn = draftOf(stored as JsonObject);
  drawServiceValues(drawn);
  return marked(openObject(stored, 'spec'), openObject(drawn, 'spec')) as JsonValue;
}

/** A manifest as `kubectl apply` sends it: fields that are null are left out. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([name, item]) => (item === null ? [] : [[name, withoutNulls(item)]]));
  return Object.fromEntries(entries);
}

/** What only the second of both has is marked. */
function marked(before: DraftValue | undefined, after: DraftValue): DraftValue {
  if (Array.isArray(after))
    return after.map((item, at) => marked(Array.isArray(before) ? before[at] : undefined, item));
  if (isDraft(after)) {
    const own = isDraft(before) ? before : {};
    const result: Draft = {};
    for (const [name, value] of Object.entries(after)) {
      if (value !== undefined) result[name] = marked(own[name], value);
    }
    return result;
  }
  return before === undefined ? ALLOCATED : after;
}
