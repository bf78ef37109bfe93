/**
 * The candidate that `wanted` was probably meant to be: a typo of it, the same name in other case, or the same name with
 * one part more or less (`web` and `web-svc`). `undefined` when none is near enough or several are equally near.
 * Names that differ in a number only (`web-1`, `web-2`), or in a whole part (`shop-api`, `shop-web`), are no typos.
 */
export function findNearest<T>(
  wanted: string,
  candidates: Iterable<T>,
  nameOf: (candidate: T) => string,
): T | undefined {
  let best: { readonly candidate: T; readonly name: string; readonly distance: number } | undefined;
  let isTied = false;
  for (const candidate of candidates) {
    const name = nameOf(candidate);
    if (name === wanted) continue;
    const distance = typoDistance(wanted, name);
    if (distance === undefined || (best !== undefined && distance > best.distance)) continue;
    if (best === undefined || distance < best.distance) {
      best = { candidate, name, distance };
      isTied = false;
    } else if (name !== best.name) {
      isTied = true;
    }
  }
  return isTied ? undefined : best?.candidate;
}

/**
 * The number of insertions, deletions, substitutions and swaps of neighbours between two texts (no part edited twice);
 * `max + 1` as soon as it is certain to be more than `max`.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > max && Math.min(...last) > max) return max + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(at(last, b.length), max + 1);
}

/** Names longer than this are compared for equality alone; a name of Kubernetes has 253 characters at most. */
const MAX_LENGTH = 253;
const MAX_DISTANCE = 3;
/** How near a name with a part more or less counts as. */
const PART_DISTANCE = 2;

function typoDistance(wanted: string, name: string): number | undefined {
  if (wanted.length > MAX_LENGTH || name.length > MAX_LENGTH) return undefined;
  const a = wanted.toLowerCase();
  const b = name.toLowerCase();
  if (a === b) return 0;
  if (a.replace(/\d+/g, '0') === b.replace(/\d+/g, '0')) return undefined;
  const partsA = a.split(/[-._/]/);
  const partsB = b.split(/[-._/]/);
  if (partsA.length === partsB.length) return distanceByParts(partsA, partsB);
  if (Math.min(a.length, b.length) >= 4 && editDistance(a, b, 1) === 1) return 1;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  const isPart = shorter.length > 1 && (longer.startsWith(`${shorter}-`) || longer.endsWith(`-${shorter}`));
  return isPart ? PART_DISTANCE : undefined;
}

function distanceByParts(a: readonly string[], b: readonly string[]): number | undefined {
  let sum = 0;
  for (const [index, part] of a.entries()) {
    const distance = partDistance(part, b[index] ?? '');
    if (distance === undefined) return undefined;
    sum += distance;
  }
  // Equal parts with other separators (`web_api`) are one slip.
  return sum > MAX_DISTANCE ? undefined : Math.max(sum, 1);
}

function partDistance(a: string, b: string): number | undefined {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  const max = length < 3 ? 0 : length <= 4 ? 1 : length <= 8 ? 2 : MAX_DISTANCE;
  const distance = editDistance(a, b, max);
  if (distance > max) return undefined;
  // Among three letters any other letter makes another word (`api`, `app`); a lost, doubled or swapped one does not.
  if (length === 3 && a.length === b.length && !isSwap(a, b)) return undefined;
  return distance > 1 && a[0] !== b[0] ? undefined : distance;
}

function isSwap(a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
