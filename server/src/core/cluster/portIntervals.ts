/** Ranges of ports, sorted, apart from each other, both ends included: `[80, 80, 8000, 8999]` is 80 and 8000 to 8999. */
export type PortIntervals = readonly number[];

export const NO_PORTS: PortIntervals = [];
export const ALL_PORTS: PortIntervals = [1, 65535];

/** The ports from `first` to `last`, as far as they exist; none where `last` is below `first`. */
export function portRange(first: number, last: number = first): PortIntervals {
  const [low, high] = [Math.max(first, 1), Math.min(last, 65535)];
  return low > high ? NO_PORTS : [low, high];
}

/** The ports of either. */
export function unionPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const joined: number[] = [];
  for (let atA = 0, atB = 0; atA < a.length || atB < b.length; ) {
    const takesA = atB >= b.length || (atA < a.length && (a[atA] ?? 0) <= (b[atB] ?? 0));
    const [low, high] = takesA ? [a[atA] ?? 0, a[atA + 1] ?? 0] : [b[atB] ?? 0, b[atB + 1] ?? 0];
    if (takesA) atA += 2;
    else atB += 2;
    const end = joined.at(-1);
    if (end === undefined || low > end + 1) joined.push(low, high);
    else if (high > end) joined[joined.length - 1] = high;
  }
  return joined;
}

/** The ports of both. */
export function intersectPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  if (a === b) return a;
  const common: number[] = [];
  for (let atA = 0, atB = 0; atA < a.length && atB < b.length; ) {
    const [endA, endB] = [a[atA + 1] ?? 0, b[atB + 1] ?? 0];
    const low = Math.max(a[atA] ?? 0, b[atB] ?? 0);
    const high = Math.min(endA, endB);
    if (low <= high) common.push(low, high);
    if (endA < endB) atA += 2;
    else atB += 2;
  }
  return common;
}

/** The ports of `a` that `b` lacks. */
export function subtractPorts(a: PortIntervals, b: PortIntervals): PortIntervals {
  return intersectPorts(a, complement(b));
}

export function hasPort(intervals: PortIntervals, port: number): boolean {
  for (let at = 0; at < intervals.length; at += 2)
    if (port <= (intervals[at + 1] ?? 0)) return port >= (intervals[at] ?? 0);
  return false;
}

/** `80, 8000-8999`; empty for no port. */
export function portsText(intervals: PortIntervals): string {
  const parts: string[] = [];
  for (let at = 0; at < intervals.length; at += 2) {
    const [low, high] = [intervals[at], intervals[at + 1]];
    parts.push(low === high ? `${low}` : `${low}-${high}`);
  }
  return parts.join(', ');
}

function complement(intervals: PortIntervals): PortIntervals {
  const rest: number[] = [];
  let next = 1;
  for (let at = 0; at < intervals.length; at += 2) {
    const low = intervals[at] ?? 0;
    if (low > next) rest.push(next, low - 1);
    next = (intervals[at + 1] ?? 0) + 1;
  }
  if (next <= 65535) rest.push(next, 65535);
  return rest;
}
