import type { Span } from '../../../../base/span.ts';
import { type Quantity, readQuantity, roundQuantityUp } from '../../../quantity.ts';
import { entries, isAbsent, isDecided, type Place } from '../../place.ts';

/** An amount in a list of resources (`limits`, `requests`). */
export interface Amount {
  readonly name: string;
  /** `undefined` where a template writes it, or where it is no quantity. */
  readonly quantity: Quantity | undefined;
  readonly place: Place;
  readonly keySpan: Span;
}

export interface Amounts {
  readonly byName: ReadonlyMap<string, Amount>;
  /** No template may add others. */
  readonly isClosed: boolean;
}

/** A list of resources, each rounded up to a thousandth as the server does when it fills in defaults. */
export function amountsAt(list: Place): Amounts {
  const byName = new Map<string, Amount>();
  for (const { key, keySpan, value } of entries(list)) {
    const quantity = quantityAt(value);
    const rounded = quantity && roundQuantityUp(quantity, -3);
    byName.set(key, { name: key, quantity: rounded, place: value, keySpan });
  }
  return { byName, isClosed: isAbsent(list) || (list.node?.kind === 'mapping' && isDecided(list)) };
}

/** The quantity at a place; nothing written is zero. */
export function quantityAt(place: Place): Quantity | undefined {
  if (isAbsent(place)) return ZERO;
  const { node } = place;
  return node?.kind === 'scalar' && node.unknown === undefined ? readQuantity(node.value) : undefined;
}

const ZERO: Quantity = { unscaled: 0n, exponent: 0, format: 'decimal' };
