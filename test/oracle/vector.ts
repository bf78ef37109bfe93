/** What comparing one recorded answer with ours came to. `unknown`: we do not claim to know. */
export interface Verdict {
  readonly status: 'agree' | 'differ' | 'unknown';
  readonly detail?: string;
}

/** One line of a file of recorded answers. */
export interface Vector {
  readonly id: string;
  readonly [field: string]: unknown;
}

export type RunVector = (vector: Vector) => Verdict;

/** Agreement of two values as JSON has them; key order counts not. */
export function compare(expected: unknown, actual: unknown): Verdict {
  const [a, b] = [canonical(expected), canonical(actual)];
  return a === b ? { status: 'agree' } : { status: 'differ', detail: `expected ${a}, got ${b}` };
}

function canonical(value: unknown): string {
  const sortKeys = (_: string, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return JSON.stringify(value, sortKeys) ?? 'undefined';
}
