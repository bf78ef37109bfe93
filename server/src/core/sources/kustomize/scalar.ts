import type { ScalarStyle, ScalarValue } from '../../yaml/node.ts';

/** A scalar's type as the YAML library of kustomize (go.yaml.in/yaml/v3) keeps it; empty: to be told from the text. */
export type Tag = '' | 'str' | 'int' | 'float' | 'bool' | 'null' | 'time';

export interface Typed {
  readonly tag: Exclude<Tag, ''>;
  readonly value: ScalarValue;
}

/**
 * What the text of a plain scalar is to kustomize: YAML 1.2 with the numbers of 1.1. `yes` and `on` are text, `0120` is
 * 80, `2020-01-01` is a time (which leaves as text). go-yaml v3, resolve.go.
 */
export function resolvePlainText(text: string): Typed {
  const first = text.charCodeAt(0);
  const isHinted = Number.isNaN(first) || first < 58 || FIRST_OF_WORD.has(first);
  if (!isHinted) return { tag: 'str', value: text };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (first === DOT) return FLOAT.test(text) ? toFloat(text, Number(text)) : { tag: 'str', value: text };
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45)) return { tag: 'str', value: text };
  const time = readTime(text);
  if (time !== undefined) return { tag: 'time', value: time };
  const plain = text.replaceAll('_', '');
  const integer = readInteger(plain);
  if (integer !== undefined) return { tag: 'int', value: integer };
  return FLOAT.test(plain) ? toFloat(text, Number(plain)) : { tag: 'str', value: text };
}

/** Whether a text written without quotes would not be a string to an older reader (YAML 1.1): kustomize quotes it. */
export function needsQuotes(text: string): boolean {
  return OLD_BOOLEANS.has(text) || (text !== '' && resolvePlainText(text).tag !== 'str');
}

/** The value that leaves kustomize for a scalar: its type, its text and its quotes decide together; `undefined` when it is refused. */
export function finalValue(tag: Tag, text: string, style: ScalarStyle): ScalarValue | undefined {
  if (style === 'folded' && (tag === 'str' || tag === '')) return refold(text);
  if (tag === 'str') return text;
  if (tag === '') return style !== 'plain' || text.includes('\n') ? text : resolvePlainText(text).value;
  const resolved = resolvePlainText(text);
  if (resolved.tag === tag) return style === 'plain' ? resolved.value : text;
  return tag === 'float' && resolved.tag === 'int' ? resolved.value : undefined;
}

/**
 * A folded scalar as it comes back once go-yaml has written it folded again, which is not always as it was: a line
 * break before an indented line gains another one, and in a text that begins indented, line breaks between others are
 * lost (go-yaml v3, emitterc.go, yaml_emitter_write_folded_scalar).
 */
function refold(text: string): string {
  if (
    !text.includes('\n') ||
    / (?:\n|$)/.test(text) ||
    /[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)
  ) {
    return text;
  }
  const beginsIndented = /^\n*[ \t]/.test(text);
  const parts = text.split(/(\n+)/);
  let result = '';
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1] ?? '';
    const after = parts[index + 1] ?? '';
    if (!part.startsWith('\n') || before === '' || isBlankStart(before)) result += part;
    else if (after === '') result += !beginsIndented && part.length > 1 ? `${part}\n` : part;
    else if (isBlankStart(after)) result += beginsIndented ? part : `${part}\n`;
    else result += beginsIndented ? part.slice(1) || ' ' : part;
  }
  return result;
}

function isBlankStart(line: string): boolean {
  return line.startsWith(' ') || line.startsWith('\t');
}

/** A number as Go prints it where it writes YAML from JSON (`strconv.FormatFloat(x, 'g', -1, 64)`): 3000000 is `3e+06`. */
export function formatNumber(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plainDigits(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plainDigits(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/0+$/, '');
}

const DOT = 46;
const FIRST_OF_WORD: ReadonlySet<number> = new Set([...'~tTfFnN.+-'].map((character) => character.charCodeAt(0)));
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OLD_BOOLEANS: ReadonlySet<string> = new Set([
  'y',
  'Y',
  'yes',
  'Yes',
  'YES',
  'on',
  'On',
  'ON',
  'n',
  'N',
  'no',
  'No',
  'NO',
  'off',
  'Off',
  'OFF',
]);

const WORDS: ReadonlyMap<string, Typed> = new Map<string, Typed>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { tag: 'null', value: null }] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, { tag: 'bool', value: true }] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, { tag: 'bool', value: false }] as const),
  ...['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'].map(
    (word) => [word, { tag: 'float', value: Number.NaN }] as const,
  ),
]);

function toFloat(text: string, value: number): Typed {
  return Number.isFinite(value) ? { tag: 'float', value } : { tag: 'str', value: text };
}

const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/** Go's `strconv.ParseInt(text, 0, 64)`, the underscores gone, and then `0b` and `0o` with what stands between. */
function readInteger(text: string): number | bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', hex, binary, octal, decimal] = match;
  const digits = (hex ?? binary ?? octal ?? decimal ?? '').replace(/^0+(?=.)/, '');
  if (digits.length > 64) return undefined;
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : '';
  if (digits.length < 10) {
    const small = Number.parseInt(digits, prefix === '0x' ? 16 : prefix === '0b' ? 2 : prefix === '0o' ? 8 : 10);
    return sign === '-' && small !== 0 ? -small : small;
  }
  const magnitude = BigInt(prefix + digits);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value < MIN_INT64 || value > MAX_UINT64 || (value >= 2n ** 63n && sign !== '')) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The time as Go's JSON writes it, where the text has one of go-yaml's four forms of times. */
function readTime(text: string): string | undefined {
  if (text.charCodeAt(4) !== 45) return undefined;
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const hour = match[4] ?? match[9] ?? '0';
  const minute = match[5] ?? match[10] ?? '0';
  const second = match[6] ?? match[11] ?? '0';
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > last) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const fraction = (match[7] ?? match[12] ?? '').slice(0, 9).replace(/0+$/, '');
  const pad = (value: string | number) => String(value).padStart(2, '0');
  const zone = match[8] === undefined || match[8] === '+00:00' || match[8] === '-00:00' ? 'Z' : match[8];
  const clock = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === '' ? '' : `.${fraction}`}`;
  return `${match[1]}-${pad(month)}-${pad(day)}T${clock}${zone}`;
}
