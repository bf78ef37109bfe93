/**
 * An amount of a resource (`500m`, `1.5Gi`, `1e3`). Its value is `unscaled × 10^exponent`, exact and unbounded.
 * Source: k8s.io/apimachinery pkg/api/resource, `Quantity`.
 */
export interface Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
  /** Which suffixes it is printed with: `Ki` …, `k` …, or `e3`. */
  readonly format: 'binary' | 'decimal' | 'exponent';
  /** The text as written, where Kubernetes keeps it: `5.`, `+1Gi`. */
  readonly written?: string;
  /** Digits after the point that Kubernetes computes with, at least; they show in the decimal value. */
  readonly decimals?: number;
}

/**
 * The canonical text of an amount: the largest suffix that leaves a whole number. Binary ones below 1024, or with a
 * fraction, get decimal suffixes. Source: k8s.io/apimachinery pkg/api/resource, `Quantity.CanonicalizeBytes`.
 */
export function canonicalText(quantity: Quantity): string {
  const { unscaled, exponent, format } = quantity;
  if (unscaled === 0n) return '0';
  const whole = format === 'binary' ? wholeValue(unscaled, exponent) : undefined;
  if (whole !== undefined && (whole >= 1024n || whole <= -1024n)) return binaryText(whole);
  const [digits, power] = inThousands(unscaled, exponent);
  if (format === 'exponent') return power === 0 ? digits : `${digits}e${power}`;
  // What has no suffix is printed without one, as Kubernetes does.
  return digits + (DECIMAL_SUFFIX.get(power) ?? '');
}

/**
 * The exact value in decimal digits, with the places that Kubernetes computes with: `1.5Gi` is `1610612736.000000000`,
 * `1.5` is `1.5`. `undefined` for more than a thousand digits.
 */
export function decimalText({ unscaled, exponent, decimals }: Quantity): string | undefined {
  const places = Math.max(decimals ?? 0, -exponent, 0);
  if (exponent + places > 1000 || places > 1000) return undefined;
  const value = unscaled * 10n ** BigInt(exponent + places);
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const DECIMAL_SUFFIX: ReadonlyMap<number, string> = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The amount as an integer; `undefined` where it has a fraction. Binary amounts have at most 19 digits before the point. */
function wholeValue(unscaled: bigint, exponent: number): bigint | undefined {
  if (exponent >= 0) return unscaled * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  return unscaled % unit === 0n ? unscaled / unit : undefined;
}

function binaryText(whole: bigint): string {
  let value = whole;
  let times = 0;
  while (value !== 0n && value % 1024n === 0n) {
    value /= 1024n;
    times += 1;
  }
  return `${value}${BINARY_SUFFIXES[times] ?? ''}`;
}

/** Digits without needless zeros at the end, and the power of ten that they count, a multiple of three. */
function inThousands(unscaled: bigint, exponent: number): readonly [string, number] {
  const text = String(unscaled);
  const digits = text.replace(/0+$/, '');
  const power = exponent + text.length - digits.length;
  const zeros = ((power % 3) + 3) % 3;
  return [digits + '0'.repeat(zeros), power - zeros];
}
