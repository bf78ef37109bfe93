import { compareQuantities, type Quantity } from '../../../quantity.ts';

/** Amounts this far apart are not added up: the less is nothing beside the more. */
const MAX_DIGITS = 1000;

/** The sum, printed as the first amount is. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const exponent = Math.min(a.exponent, b.exponent);
  if (Math.max(a.exponent, b.exponent) - exponent > MAX_DIGITS) return maxQuantity(a, b);
  const scaled = ({ unscaled, exponent: own }: Quantity) => unscaled * 10n ** BigInt(own - exponent);
  return { unscaled: scaled(a) + scaled(b), exponent, format: a.format };
}

/** The greater of two amounts; the second where there is no first. */
export function maxQuantity(a: Quantity | undefined, b: Quantity): Quantity {
  return a !== undefined && compareQuantities(a, b) >= 0 ? a : b;
}
