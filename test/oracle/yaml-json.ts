import type { JsonValue } from '../../server/src/core/yaml/json.ts';

/** JSON.parse that keeps integers beyond 2^53 as `bigint`. */
export function parseJson(text: string): JsonValue {
  const large = new Map<string, bigint>();
  const marked = text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d{16,})(?![\d.eE])/g,
    (match: string, quoted: string | undefined) => {
      if (quoted !== undefined || Number.isSafeInteger(Number(match))) return match;
      // JSON as Go writes it: an integer that is a float has no point either, so only 64 bits can be exact.
      const key = `\0big${large.size}`;
      large.set(key, BigInt(match));
      return JSON.stringify(key);
    },
  );
  return JSON.parse(marked, (_, value) => (typeof value === 'string' && large.has(value) ? large.get(value) : value));
}

/** Deep equality where a float and the integer that is written alike are equal, and -0 is not 0. */
export function isEqualJson(a: JsonValue, b: JsonValue): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
    return typeof a === 'bigint' ? false : typeof a === 'number' && a === Number(b);
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return (
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && isEqualJson(value, right.get(name) ?? null))
  );
}
