const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The UTF-8 bytes of a text in base64. */
export function encodeBase64(text: string): string {
  const bytes = [...text].flatMap((character) => utf8Bytes(character.codePointAt(0) ?? 0));
  const encoded: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const word = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) encoded.push(BASE64.charAt((word >> shift) & 63));
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  encoded.length -= padding;
  return encoded.join('') + '='.repeat(padding);
}

/** Half a surrogate pair becomes U+FFFD, as in all encoders. */
function utf8Bytes(code: number): readonly number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code >= 0xd800 && code < 0xe000) return [0xef, 0xbf, 0xbd];
  const low = [0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return code < 0x10000 ? [0xe0 | (code >> 12), ...low] : [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), ...low];
}
