import type { Unit } from '../sources/unit.ts';

/** What was computed last from a unit and what lies beside it. */
export interface UnitMemo<T> {
  last: { readonly unit: Unit; readonly version: number; readonly variant: string; readonly value: T } | undefined;
}

/** A memo to hand to `ResourceIndex.derive`. */
export function newMemo<T>(): UnitMemo<T> {
  return { last: undefined };
}

/** What `make` computes, computed again only after a change in the workspace folder, or for another `variant`. */
export function remember<T>(memo: UnitMemo<T>, unit: Unit, variant: string, make: () => T): T {
  const { version } = unit.siblings;
  const { last } = memo;
  if (last?.unit === unit && last.version === version && last.variant === variant) return last.value;
  const value = make();
  memo.last = { unit, version, variant, value };
  return value;
}
