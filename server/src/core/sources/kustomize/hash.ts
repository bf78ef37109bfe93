import { type BuildMapping, type BuildNode, memberOf } from './node.ts';
import { finalValue } from './scalar.ts';

/** The suffix that kustomize gives the names of generated ConfigMaps and Secrets (api/hasher): ten characters. */
export function nameSuffix(root: BuildMapping): string | undefined {
  const kind = memberOf(root, 'kind');
  const text = kind?.kind === 'scalar' ? kind.text : '';
  if (text === 'ConfigMap') return shorten(encode(root, text, ['data'], 'binaryData'));
  if (text === 'Secret') return shorten(encode(root, text, ['data', 'type'], 'stringData'));
  return undefined;
}

function shorten(json: string): string {
  return sha256(json)
    .slice(0, 10)
    .replace(/[013ae]/g, (digit) => SUBSTITUTES[digit] ?? digit);
}

/** Vowels and digits that look like letters are left out, so that no words come up. */
const SUBSTITUTES: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** The JSON that is hashed; the name in it is always empty. */
function encode(root: BuildMapping, kind: string, fields: readonly string[], optional: string): string {
  const parts = new Map<string, string>([
    ['kind', quote(kind)],
    ['name', '""'],
  ]);
  for (const field of fields) {
    const node = memberOf(root, field);
    parts.set(field, node === undefined ? '""' : node.kind === 'scalar' ? quote(node.text) : toGoJson(node));
  }
  const extra = memberOf(root, optional);
  if (extra?.kind === 'mapping') parts.set(optional, toGoJson(extra));
  return `{${[...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, json]) => `${quote(name)}:${json}`)
    .join(',')}}`;
}

function toGoJson(node: BuildNode): string {
  switch (node.kind) {
    case 'scalar': {
      const value = finalValue(node.tag, node.text, node.style) ?? node.text;
      return typeof value === 'string' ? quote(value) : String(value);
    }
    case 'sequence':
      return `[${node.items.map(toGoJson).join(',')}]`;
    case 'mapping':
      return `{${node.pairs
        .map(({ key, value }) => [key.text, value] as const)
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([name, value]) => `${quote(name)}:${toGoJson(value)}`)
        .join(',')}}`;
  }
}

/** Go sorts by UTF-8 bytes, which is by code points. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < left.length && index < right.length; index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** A string as Go's encoding/json writes it: `<`, `>`, `&` and two line separators escaped. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** SHA-256 of the text's UTF-8 bytes, as hexadecimal digits (FIPS 180-4). */
export function sha256(text: string): string {
  const bytes = encodeUtf8(text);
  const words = new Uint32Array(((bytes.length + 72) >> 6) << 4);
  for (const [index, byte] of bytes.entries())
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - (index & 3) * 8));
  words[bytes.length >> 2] = (words[bytes.length >> 2] ?? 0) | (0x80 << (24 - (bytes.length & 3) * 8));
  words[words.length - 1] = bytes.length * 8;
  words[words.length - 2] = Math.floor(bytes.length / 0x20000000);
  const state = Uint32Array.from(INITIAL);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < words.length; at += 16) mix(state, schedule, words.subarray(at, at + 16));
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

function mix(state: Uint32Array, schedule: Uint32Array, block: Uint32Array): void {
  schedule.set(block);
  for (let t = 16; t < 64; t++) {
    const early = schedule[t - 15] ?? 0;
    const late = schedule[t - 2] ?? 0;
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule[t] = (schedule[t - 16] ?? 0) + s0 + (schedule[t - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[t] ?? 0) + (schedule[t] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + value;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

const PRIMES: readonly number[] = firstPrimes(64);
const INITIAL: readonly number[] = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND: readonly number[] = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

/** The first 32 bits of the fractional part. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 0x100000000) >>> 0;
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

export function encodeUtf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return bytes;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64, in lines of 70 characters that each end with a line break when there is more than one (kyaml, datamap.go). */
export function toBase64Lines(bytes: readonly number[] | Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const left = bytes.length - at;
    text += (BASE64[a >> 2] ?? '') + (BASE64[((a & 3) << 4) | (b >> 4)] ?? '');
    text += left > 1 ? (BASE64[((b & 15) << 2) | (c >> 6)] ?? '') : '=';
    text += left > 2 ? (BASE64[c & 63] ?? '') : '=';
  }
  return text.length < 70 ? text : text.replace(/.{1,70}/g, '$&\n');
}
