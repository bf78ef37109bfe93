/**
 * The bytes that a base64 text stands for, one character each; `undefined` where it is none. Line breaks do not count.
 * Source: Go's encoding/base64, `StdEncoding`, which reads fields of bytes.
 */
export function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  const bytes: string[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of digits.replace(/=+$/, '')) {
    buffer = ((buffer << 6) | ALPHABET.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(String.fromCharCode((buffer >> bits) & 0xff));
  }
  return bytes.join('');
}

/** The number of bytes that a base64 text stands for. */
export function base64Size(text: string): number {
  const digits = text.replace(/[\r\n]/g, '').replace(/=+$/, '');
  return Math.floor((digits.length * 3) / 4);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
