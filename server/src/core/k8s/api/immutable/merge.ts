import { copyValue, type Draft, type DraftValue, isDraft, put } from '../defaults/draft.ts';
import type { Shape } from '../shapes.ts';
import { type MergeRule, mergeRuleOf } from './mergeKeys.ts';
import { orderMerged } from './mergeOrder.ts';

/**
 * What `kubectl apply` makes of an object in the cluster: `applied` is the manifest that was applied last, `manifest` the
 * new one, `live` the object. Fields that only `applied` has are removed, those of `manifest` are set, all others stay.
 * Lists with a merge key are merged item by item. Shares nothing with the arguments.
 * Source: k8s.io/apimachinery pkg/util/strategicpatch, `CreateThreeWayMergePatch` and `StrategicMergeMapPatch`.
 */
export function mergeApplied(applied: Draft, manifest: Draft, live: Draft, shape: Shape): Draft {
  return mergeObjects(applied, manifest, live, fieldsBelow(shape));
}

interface Field {
  readonly shape: Shape | undefined;
  readonly rule: MergeRule | undefined;
}

type FieldOf = (name: string) => Field;

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
  { shape, rule }: Field,
): DraftValue {
  // Of equal values no patch is made, and nothing in them is looked at.
  if (live !== undefined && isSame(value, live)) return copyValue(live);
  if (isDraft(value) && isDraft(live)) {
    const merged = mergeObjects(isDraft(applied) ? applied : {}, value, live, fieldsBelow(shape));
    return rule?.retainsKeys ? retainKeys(merged, value, live) : merged;
  }
  if (Array.isArray(value) && Array.isArray(live) && rule?.mergeKey !== undefined && shape?.kind === 'list') {
    const before = Array.isArray(applied) ? applied : [];
    return rule.mergeKey === ''
      ? mergeValues(before, value, live)
      : mergeItems(before, value, live, rule.mergeKey, shape.items, rule.retainsKeys);
  }
  return withoutNulls(value);
}

/** In a map every name is a field of the same shape. */
function fieldsBelow(shape: Shape | undefined): FieldOf {
  if (shape?.kind === 'map') return () => ({ shape: shape.values, rule: undefined });
  if (shape?.kind !== 'struct') return () => ({ shape: undefined, rule: undefined });
  return (name) => ({ shape: shape.fields.get(name), rule: mergeRuleOf(shape.name, name) });
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
  const keyOf = (value: DraftValue) => {
    const key = isDraft(value) && Object.hasOwn(value, mergeKey) ? value[mergeKey] : undefined;
    return key !== null && typeof key === 'object' ? undefined : (key ?? undefined);
  };
  // kubectl refuses to merge items without the key; they replace the list here.
  if ([...applied, ...values, ...live].some((value) => keyOf(value) === undefined)) return values.map(withoutNulls);
  const fieldOf = fieldsBelow(item);
  const merged: DraftValue[] = [];
  for (const [index, value] of values.entries()) {
    const key = keyOf(value);
    const place = values.slice(0, index).filter((other) => keyOf(other) === key).length;
    const nth = (list: readonly DraftValue[]) => list.filter((other) => keyOf(other) === key)[place];
    const mergeInto = (now: DraftValue | undefined) => {
      const before = nth(applied);
      if (!isDraft(value) || !isDraft(now)) return withoutNulls(value);
      const result = mergeObjects(isDraft(before) ? before : {}, value, now, fieldOf);
      return retainsKeys ? retainKeys(result, value, now) : result;
    };
    const now = nth(live);
    const own = mergeInto(now);
    // Of items with one key (port 53 of two protocols), a patch only ever finds the first.
    const first = merged.findIndex((other) => keyOf(other) === key);
    if (first < 0 || (now !== undefined && isSame(own, now))) merged.push(own);
    else merged[first] = mergeInto(merged[first]);
  }
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
