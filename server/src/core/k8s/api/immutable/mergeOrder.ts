import type { DraftValue } from '../defaults/draft.ts';

/**
 * The order of a merged list: that of the manifest, and each item that only the cluster has before the first one that comes
 * after it in the cluster. Source: k8s.io/apimachinery pkg/util/strategicpatch, `mergeSortedSlice`.
 */
export function orderMerged(
  items: readonly DraftValue[],
  others: readonly DraftValue[],
  live: readonly DraftValue[],
  keyOf: (value: DraftValue) => DraftValue | undefined,
): DraftValue[] {
  const places = new Map(live.map((value, index) => [keyOf(value), index]));
  const result: DraftValue[] = [];
  let next = 0;
  for (const other of others) {
    const place = places.get(keyOf(other)) ?? 0;
    for (; next < items.length; next += 1) {
      const item = items[next] ?? null;
      if ((places.get(keyOf(item)) ?? -1) > place) break;
      result.push(item);
    }
    result.push(other);
  }
  return [...result, ...items.slice(next)];
}
