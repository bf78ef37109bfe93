import { rangesText } from './addressRanges.ts';
import type { ReachGroup } from './reachMatrix.ts';

/** Whether a group holds addresses outside the cluster, and no Pods. */
export function isOutside({ members }: ReachGroup): boolean {
  return members.every(({ kind }) => kind === 'address');
}

/**
 * How people call a group of addresses among all groups: `addresses outside the cluster`, `other addresses` for the largest of
 * several, else its blocks, at most `limit` of them (`10.0.0.0/8`).
 */
export function outsideNames(group: ReachGroup, groups: readonly ReachGroup[], limit: number): readonly string[] {
  const outside = groups.filter(isOutside);
  if (outside.length === 1) return ['addresses outside the cluster'];
  const ranges = group.members.flatMap((end) => (end.kind === 'address' ? [end.range] : []));
  const largest = outside.reduce((a, b) => (b.members.length > a.members.length ? b : a));
  return group === largest && limit < 100 ? ['other addresses'] : rangesText(ranges, limit);
}
