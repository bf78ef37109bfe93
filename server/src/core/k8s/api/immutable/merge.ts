import { copyValue, type Draft, type DraftValue, isDraft, put } from '../defaults/draft.ts';
import { type FieldShape, fieldsOf, type Shape } from '../shapes.ts';
import { orderMerged } from './mergeOrder.ts';

/**
 * What `kubectl apply` makes of an object in the cluster: `applied` is the manifest that was applied last, `manifest` the
 * new one, `live` the object. Fields that only `applied` has are removed, those of `manifest` are set, all others stay.
 * Lists with a merge key are merged item by item. Shares nothing with the arguments.
 * Source: k8s.io/apimachinery pkg/util/strategicpatch, `CreateThreeWayMergePatch` and `StrategicMergeMapPatch`.
 */
export function mergeApplied(applied: Draft, manifest: Draft, live: Draft, type: string | undefined): Draft {
  const fields = type === undefined ? undefined : fieldsOf(type);
  return mergeObjects(applied, manifest, live, (name) => fields?.get(name));
}

type FieldOf = (name: string) => FieldShape | undefined;

function mergeObjects(applied: Draft, manifest: Draft, live: Draft, fieldOf: FieldOf): Draft {
  const result = copyValue(live) as Draft;
  for (const name of Object.keys(applied)) {
    if (!Object.hasOwn(manifest, name)) delete result[name];
  }
  for (const [name, value] of Object.entries(manifest)) {
    if (value === null || value === undefined) delete result[name];
    else put(result, name, mergeField(own(applied, name), value, own(live, name), fieldOf(name)));
  }
  return result;
}

function mergeField(
  applied: DraftValue | undefined,
  value: DraftValue,
  live: DraftValue | undefined,
  field: FieldShape | undefined,
): DraftValue {
  const { shape } = field ?? {};
  if (isDraft(value) && isDraft(live)) {
    const merged = mergeObjects(isDraft(applied) ? applied : {}, value, live, fieldsBelow(shape));
    return field?.retainsKeys && shape?.kind === 'object' ? retainKeys(merged, value, live) : merged;
  }
  if (Array.isArray(value) && Array.isArray(live) && field?.mergeKey !== undefined && shape?.kind === 'list') {
    const before = Array.isArray(applied) ? applied : [];
    return field.mergeKey === ''
      ? mergeValues(before, value, live)
      : mergeItems(before, value, live, field.mergeKey, shape.item, field.retainsKeys);
  }
  return withoutNulls(value);
}

/** In a map every name is a field of the same shape. */
function fieldsBelow(shape: Shape | undefined): FieldOf {
  if (shape?.kind === 'map') return () => ({ shape: shape.value, isRequired: false, retainsKeys: false });
  const fields = shape?.kind === 'object' ? fieldsOf(shape.type) : undefined;
  return (name) => fields?.get(name);
}

/** A patch of such an object names the fields to keep, but is only made where something changes. */
function retainKeys(merged: Draft, manifest: Draft, live: Draft): Draft {
  if (isSame(merged, live)) return merged;
  return Object.fromEntries(Object.entries(merged).filter(([name]) => Object.hasOwn(manifest, name)));
}

/** A set of plain values: finalizers. */
function mergeValues(
  applied: readonly DraftValue[],
  values: readonly DraftValue[],
  live: readonly DraftValue[],
): DraftValue[] {
  const kept = live.filter((value) => values.includes(value) || !applied.includes(value));
  return [...kept, ...values.filter((value) => !live.includes(value))];
}

function mergeItems(
  applied: readonly DraftValue[],
  values: readonly DraftValue[],
  live: readonly DraftValue[],
  mergeKey: string,
  item: Shape,
  retainsKeys: boolean,
): DraftValue[] {
  const keyOf = (value: DraftValue) => (isDraft(value) ? value[mergeKey] : undefined);
  // kubectl refuses to merge items without the key; they replace the list here.
  if ([...applied, ...values, ...live].some((value) => keyOf(value) === undefined)) return values.map(withoutNulls);
  const fieldOf = fieldsBelow(item);
  const merged = values.map((value, index) => {
    const key = keyOf(value);
    // Where a key is there twice (port 53 of two protocols), the items pair up in their order.
    const place = values.slice(0, index).filter((other) => keyOf(other) === key).length;
    const nth = (list: readonly DraftValue[]) => list.filter((other) => keyOf(other) === key)[place];
    const [before, now] = [nth(applied), nth(live)];
    if (!isDraft(value) || !isDraft(now)) return withoutNulls(value);
    const result = mergeObjects(isDraft(before) ? before : {}, value, now, fieldOf);
    return retainsKeys ? retainKeys(result, value, now) : result;
  });
  const named = new Set(values.map(keyOf));
  const removed = new Set(applied.map(keyOf).filter((key) => !named.has(key)));
  const others = live.filter((value) => !named.has(keyOf(value)) && !removed.has(keyOf(value)));
  return orderMerged(merged, others.map(copyValue), live, keyOf);
}

/** Nulls of a new object say that a field is absent. */
function withoutNulls(value: DraftValue): DraftValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isDraft(value)) return value;
  const result: Draft = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) put(result, name, withoutNulls(item));
  }
  return result;
}

function own(draft: Draft, name: string): DraftValue | undefined {
  return Object.hasOwn(draft, name) ? draft[name] : undefined;
}

function isSame(a: DraftValue, b: DraftValue): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((value, index) => isSame(value, b[index] ?? null));
  }
  if (!isDraft(a) || !isDraft(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] ?? null, b[name] ?? null))
  );
}
