import { applyDefaults } from '../../server/src/core/k8s/api/defaults/applyDefaults.ts';
import type { JsonObject } from '../../server/src/core/k8s/api/defaults/draft.ts';
import { type JsonValue, toJson } from '../../server/src/core/yaml/json.ts';
import { parseSingle } from '../../server/src/core/yaml/parse.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

/** What the server stores of a manifest, but for what it draws. */
export function run(vector: Vector): Verdict {
  const manifest = toJson(parseSingle(String(vector.manifest)).root);
  const recorded = vector.stored as JsonValue;
  if (!isObject(manifest) || !isObject(recorded)) return { status: 'unknown' };
  const stored = applyDefaults(manifest);
  return compare(withoutDrawn(recorded, stored), withoutDrawn(stored, recorded));
}

/** Fields whose values the server draws, where only one side has them. */
const DRAWN: ReadonlySet<string> = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
]);

function withoutDrawn(value: JsonValue, other: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) {
    return value.map((item, index) => withoutDrawn(item, Array.isArray(other) ? other[index] : undefined));
  }
  if (!isObject(value)) return value;
  const beside = isObject(other) ? other : {};
  const entries = Object.entries(value).filter(([name, item]) => {
    if (DRAWN.has(name) && beside[name] === undefined) return false;
    // A Job's selector names its id; the volume of the token has a random name.
    if (name === 'selector' && value.manualSelector === false) return false;
    return !(name === 'name' && String(item).startsWith('kube-api-access-') && beside.name === undefined);
  });
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutDrawn(item, beside[name])]));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
