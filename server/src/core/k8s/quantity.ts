import { canonicalText, type Quantity } from './quantityText.ts';

export type { Quantity } from './quantityText.ts';

/**
 * Reads a quantity as `ParseQuantity` does: no blanks, amounts below a nano are rounded up to it, binary ones are at most
 * 2^63 − 1. `undefined` for what Kubernetes refuses.
 */
export function parseQuantity(text: string): Quantity | undefined {
  return parse(text).quantity;
}

/**
 * The quantity in a field of a manifest: numbers count by their JSON text, blanks around are ignored.
 * `undefined` for what the API server refuses, values of other types among them.
 */
export function readQuantity(value: unknown): Quantity | undefined {
  if (typeof value === 'string') return parseQuantity(value.trim());
  return typeof value === 'number' || typeof value === 'bigint' ? parseQuantity(String(value)) : undefined;
}

/** What keeps a text from being a quantity, as the end of a sentence ("`X` …"); `undefined` when nothing. */
export function quantityFault(text: string): string | undefined {
  return parse(text).fault;
}

/** The text that Kubernetes prints: `1000` → `1k`, `1.5Gi` → `1536Mi`, `0.5` → `500m`, `5.` as it is. */
export function formatQuantity(quantity: Quantity): string {
  return quantity.written ?? canonicalText(quantity);
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB || signA === 0) return signA - signB;
  const [magnitudeA, magnitudeB] = [magnitudeOf(a), magnitudeOf(b)];
  if (magnitudeA !== magnitudeB) return magnitudeA > magnitudeB ? signA : -signA;
  // Of equal magnitude, the exponents differ by no more than the numbers of digits.
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.unscaled * 10n ** BigInt(a.exponent - exponent);
  const right = b.unscaled * 10n ** BigInt(b.exponent - exponent);
  return left === right ? 0 : left > right ? 1 : -1;
}

/** The sum, in the format of `a`, or of `b` where `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const exponent = Math.min(a.exponent, b.exponent);
  const spread = Math.max(a.exponent, b.exponent) - exponent;
  if (b.unscaled === 0n || spread > MOST_SPREAD) return magnitudeOf(a) > magnitudeOf(b) || b.unscaled === 0n ? a : b;
  const unscaled =
    a.unscaled * 10n ** BigInt(a.exponent - exponent) + b.unscaled * 10n ** BigInt(b.exponent - exponent);
  return { unscaled, exponent, format: a.unscaled === 0n ? b.format : a.format };
}

/** −1, 0 or 1. */
export function signOf({ unscaled }: Quantity): number {
  return unscaled === 0n ? 0 : unscaled > 0n ? 1 : -1;
}

/** Rounded away from zero to a multiple of `10^exponent`; unchanged where it is one. */
export function roundQuantityUp(quantity: Quantity, exponent: number): Quantity {
  if (quantity.exponent >= exponent || quantity.unscaled === 0n) return quantity;
  const { format } = quantity;
  return { unscaled: shiftUp(quantity.unscaled, exponent - quantity.exponent), exponent, format };
}

interface Parsed {
  readonly quantity?: Quantity;
  readonly fault?: string;
}

const NANO = -9;
/** Amounts that lie further apart, in powers of ten, are not added up: no manifest means it. */
const MOST_SPREAD = 1000;
const MOST_BINARY = 2n ** 63n - 1n;
/** Amounts of up to so many digits are kept as 64-bit integers, and those in canonical form keep their text. */
const MOST_FAST_DIGITS = 18;

const NO_QUANTITY: Parsed = {
  fault: 'is not a number with an optional suffix such as `m`, `k`, `M`, `Ki`, `Mi` or `e3`',
};
const NO_NUMBER: Parsed = { fault: 'has no digits' };

function parse(text: string): Parsed {
  if (text === '') return NO_QUANTITY;
  if (text === '0') return { quantity: { unscaled: 0n, exponent: 0, format: 'decimal', written: text } };
  const match = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (match === null) return NO_QUANTITY;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const scale = readSuffix(suffix);
  if (scale === undefined) return { fault: `has an unknown suffix \`${suffix}\`` };
  const digits = (whole || '0') + fraction;
  const magnitude = BigInt(digits);
  const fast = readFast(digits, fraction.length, magnitude, scale);
  if (fast) {
    const isKept = text.length > 0 && fast.isCanonical;
    const unscaled = sign === '-' ? -fast.unscaled : fast.unscaled;
    const { exponent } = fast;
    return { quantity: { unscaled, exponent, format: scale.format, ...(isKept ? { written: text } : {}) } };
  }
  const hasDigits = /^[+-]?\.?[0-9]/.test(text);
  return hasDigits ? { quantity: readSlow(sign === '-', magnitude, fraction.length, scale) } : NO_NUMBER;
}

interface Suffix {
  readonly format: Quantity['format'];
  /** Of 2 for the binary format, else of 10. */
  readonly power: number;
}

const DECIMAL_SUFFIXES: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES: readonly string[] = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function readSuffix(suffix: string): Suffix | undefined {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix);
  if (decimal >= 0) return { format: 'decimal', power: (decimal - 3) * 3 };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary >= 0) return { format: 'binary', power: (binary + 1) * 10 };
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return undefined;
  const power = BigInt(suffix.slice(1).replace('+', ''));
  // Go reads 64 bits, and keeps 32 of them.
  return BigInt.asIntN(64, power) === power
    ? { format: 'exponent', power: Number(BigInt.asIntN(32, power)) }
    : undefined;
}

interface FastAmount {
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly isCanonical: boolean;
}

/** What fits into 64 bits as Kubernetes estimates it; `undefined` for the rest. */
function readFast(
  digits: string,
  decimals: number,
  magnitude: bigint,
  { format, power }: Suffix,
): FastAmount | undefined {
  if (format === 'binary') {
    if (decimals > 0 || 15 - digits.length - (power * 3) / 10 - 1 < 0) return undefined;
    const unscaled = magnitude << BigInt(power);
    return { unscaled, exponent: 0, isCanonical: (magnitude & 7n) !== 0n };
  }
  const exponent = power - decimals;
  if (digits.length > MOST_FAST_DIGITS || exponent < NANO) return undefined;
  const isCanonical = exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return { unscaled: magnitude, exponent, isCanonical };
}

function readSlow(isNegative: boolean, magnitude: bigint, decimals: number, { format, power }: Suffix): Quantity {
  const isBinary = format === 'binary';
  const amount = isBinary ? magnitude << BigInt(power) : magnitude;
  const written = isBinary ? -decimals : power - decimals;
  if (amount === 0n) return { unscaled: 0n, exponent: 0, format, decimals: Math.max(0, -written) };
  const isTiny = written < NANO;
  const rounded = isTiny ? shiftUp(amount, NANO - written) : amount;
  const exponent = isTiny ? NANO : written;
  const unit = 10n ** BigInt(isBinary ? -exponent : 0);
  const capped = isBinary && rounded > MOST_BINARY * unit;
  const unscaled = capped ? MOST_BINARY : rounded;
  return {
    unscaled: isNegative ? -unscaled : unscaled,
    exponent: capped ? 0 : exponent,
    // Less than one has no binary form.
    format: isBinary && rounded < unit ? 'decimal' : format,
    decimals: capped ? 0 : -NANO,
  };
}

/** `value / 10^places`, rounded away from zero. */
function shiftUp(value: bigint, places: number): bigint {
  const sign = value < 0n ? -1n : 1n;
  const digits = String(value * sign);
  if (places >= digits.length) return sign;
  const quotient = BigInt(digits.slice(0, digits.length - places));
  const hasRest = /[1-9]/.test(digits.slice(digits.length - places));
  return sign * (hasRest ? quotient + 1n : quotient);
}

/** Decimal places before the point: of 150, 3. */
function magnitudeOf({ unscaled, exponent }: Quantity): number {
  return String(unscaled < 0n ? -unscaled : unscaled).length + exponent;
}
