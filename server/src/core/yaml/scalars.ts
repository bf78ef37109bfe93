import type { ScalarValue } from './node.ts';

/** What a scalar is to Go: the type decides how a key is written as text. `uint` is an integer that fits no int64. */
export type ScalarType = 'string' | 'null' | 'bool' | 'int' | 'uint' | 'float';

export interface ResolvedScalar {
  readonly type: ScalarType;
  readonly value: ScalarValue;
  /** Why Kubernetes refuses the value, for people. */
  readonly problem?: string;
}

/**
 * Reads a scalar's content as sigs.k8s.io/yaml does: YAML 1.1 in the dialect of go-yaml v2 (resolve.go), then JSON.
 * `plain` is false for quoted and block scalars, `tag` the long form of an explicit tag (`tag:yaml.org,2002:int`, `!vault`).
 */
export function resolveScalar(text: string, plain: boolean, tag?: string): ResolvedScalar {
  if (tag === undefined) return plain ? resolvePlain(text) : { type: 'string', value: text };
  if (tag === BINARY) return resolveBinary(text);
  if (!RESOLVABLE_TAGS.has(tag)) return { type: 'string', value: text };
  if (tag === STRING) return { type: 'string', value: text };
  const resolved = resolvePlain(text);
  if (resolved.problem !== undefined) return resolved;
  if (TYPE_TAGS[resolved.type] === tag) return resolved;
  if (tag === FLOAT && resolved.type === 'int') return { type: 'float', value: Number(resolved.value) };
  if (tag === TIMESTAMP && isTimestamp(text)) return { type: 'string', value: text };
  const wanted = `!!${tag.slice(LONG_PREFIX.length)}`;
  return { type: 'string', value: text, problem: `\`${text}\` cannot be read as a ${wanted}` };
}

/** Whether a tag (in its long form) asks for a type that not every text has: all known ones but `!!str`. */
export function isTypeTag(tag: string): boolean {
  return tag === BINARY || (tag !== STRING && RESOLVABLE_TAGS.has(tag));
}

/** Whether a plain scalar with this content is certainly a string: a test on its first character, for speed. */
export function isSurelyString(text: string): boolean {
  const first = text.charCodeAt(0);
  return !(HINTED[first] ?? Number.isNaN(first));
}

/**
 * The text that Kubernetes' JSON has for a key: `0123` is `83`, `1e-7` is `1e-07` (single precision), `yes` is `true`.
 * `undefined` where the key has no JSON form: null and integers beyond int64.
 */
export function toKeyName(key: ResolvedScalar): string | undefined {
  switch (key.type) {
    case 'string':
    case 'bool':
    case 'int':
      return String(key.value);
    case 'float':
      return formatSingle(Number(key.value));
    case 'null':
    case 'uint':
      return undefined;
  }
}

const LONG_PREFIX = 'tag:yaml.org,2002:';
const STRING = `${LONG_PREFIX}str`;
const BINARY = `${LONG_PREFIX}binary`;
const FLOAT = `${LONG_PREFIX}float`;
const TIMESTAMP = `${LONG_PREFIX}timestamp`;
const TYPE_TAGS: Readonly<Record<ScalarType, string>> = {
  string: STRING,
  null: `${LONG_PREFIX}null`,
  bool: `${LONG_PREFIX}bool`,
  int: `${LONG_PREFIX}int`,
  uint: `${LONG_PREFIX}int`,
  float: FLOAT,
};
const RESOLVABLE_TAGS: ReadonlySet<string> = new Set([...Object.values(TYPE_TAGS), TIMESTAMP]);

const WORDS: ReadonlyMap<string, ResolvedScalar> = new Map([
  ...words({ type: 'bool', value: true }, 'y Y yes Yes YES true True TRUE on On ON'),
  ...words({ type: 'bool', value: false }, 'n N no No NO false False FALSE off Off OFF'),
  ...words({ type: 'null', value: null }, '~ null Null NULL'),
  ...words({ type: 'float', value: Number.NaN }, '.nan .NaN .NAN'),
  ...words({ type: 'float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words({ type: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'),
  ['', { type: 'null', value: null }],
]);

/** First characters that may begin something other than a string. */
const HINTED: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '+-0123456789yYnNtTfFoO~.'.includes(String.fromCharCode(code)),
);

const INTEGER = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))$/;
const FLOAT_TEXT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

function words(resolved: ResolvedScalar, list: string): [string, ResolvedScalar][] {
  return list.split(' ').map((word) => [word, resolved]);
}

function resolvePlain(text: string): ResolvedScalar {
  if (isSurelyString(text)) return { type: 'string', value: text };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const isDot = first === 0x2e;
  if (!isDot && first > 0x39) return { type: 'string', value: text };
  // Behind a leading dot Go knows underscores between digits alone.
  const isKept = !text.includes('_') || (isDot && /_(?!\d)|\D_/.test(text));
  const digits = isKept ? text : text.replaceAll('_', '');
  const integer = isDot ? undefined : resolveInteger(digits);
  if (integer !== undefined) return integer;
  if (FLOAT_TEXT.test(digits)) {
    const value = Number(digits);
    if (Number.isFinite(value)) return { type: 'float', value };
  }
  return { type: 'string', value: text };
}

function resolveInteger(text: string): ResolvedScalar | undefined {
  // A sign after the prefix counts too.
  const digits = /^0b[+-]/.test(text) ? `${text.charAt(2)}0b${text.slice(3)}` : text;
  const match = INTEGER.exec(digits);
  if (match === null) return undefined;
  const [, sign, hex, octalO, binary, octal, decimal] = match;
  if (decimal !== undefined && decimal.length <= 15) {
    return { type: 'int', value: sign === '-' ? -Number(decimal) : Number(decimal) };
  }
  // 64 bits need at most 64 digits; longer ones (a hostile megabyte) are not worth the conversion.
  const significant = (hex ?? octalO ?? binary ?? octal ?? decimal ?? '').replace(/^0+(?=.)/, '');
  if (significant.length > 64) return undefined;
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : decimal !== undefined ? '' : '0o';
  const magnitude = BigInt(prefix + significant);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= MIN_INT64 && value <= MAX_INT64) return { type: 'int', value: toNumber(value) };
  // Go's reader of unsigned integers accepts no sign.
  if (sign === '' && value <= MAX_UINT64) return { type: 'uint', value: toNumber(value) };
  return undefined;
}

function toNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The four forms of go-yaml's `allowedTimestampFormats`. Values stay strings; only an explicit `!!timestamp` asks. */
function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/.exec(
      text,
    );
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...times] = match
    .slice(1)
    .map((part) => (part === undefined ? 0 : Number(part)));
  const [hour = 0, minute = 0, second = 0] = times[0] || times[1] || times[2] ? times : times.slice(3);
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  return day >= 1 && day <= (days[month - 1] ?? 0) && hour < 24 && minute < 60 && second < 60;
}

function resolveBinary(text: string): ResolvedScalar {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    return { type: 'string', value: text, problem: '!!binary value is not base64' };
  }
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const character of compact) {
    if (character === '=') break;
    bits = ((bits << 6) | BASE64.indexOf(character)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return { type: 'string', value: decodeUtf8(bytes) };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** UTF-8 as Go's JSON writes it: every byte that starts no well-formed character becomes U+FFFD. */
function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    const tail = bytes.slice(at + 1, at + length);
    let code = length === 1 ? first : first & (0x7f >> length);
    for (const byte of tail) code = (code << 6) | (byte & 0x3f);
    const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
    const isBad = tail.length !== length - 1 || tail.some((byte) => byte >> 6 !== 2) || code < least;
    const isOutside = code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
    const isValid = length > 0 && !isBad && !isOutside;
    text += isValid ? String.fromCodePoint(code) : '\ufffd';
    at += isValid ? length : 1;
  }
  return text;
}

/** Go's `strconv.FormatFloat(value, 'g', -1, 32)`, with YAML's names for what is not finite. */
function formatSingle(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let precision = 1;
  while (Math.fround(Number(single.toPrecision(precision))) !== single) precision++;
  const [mantissa = '', exponentText = '0'] = single.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) {
    const digits = mantissa.replace(/[-.]/g, '');
    const sign = single < 0 ? '-' : '';
    if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
    if (digits.length <= exponent + 1) return sign + digits + '0'.repeat(exponent + 1 - digits.length);
    return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  }
  const width = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${width}`;
}
