import type { FileText } from '../core/workspace/host.ts';

/** The bytes of a whole file as text, by the rules of {@link FileText}. For every host that gets bytes. */
export function decodeText(bytes: Uint8Array): FileText {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && hasNul(bytes)) return { skipped: 'binary' };
  const decoder = encoding === 'utf-8' ? utf8 : new TextDecoder(encoding, { ignoreBOM: true });
  return { text: decoder.decode(bytes) };
}

/** Making a decoder costs more than reading a small file; one that is not streaming keeps nothing between calls. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const binarySniffLength = 8192;

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function hasNul(bytes: Uint8Array): boolean {
  return bytes.subarray(0, binarySniffLength).includes(0);
}

/**
 * Changed text in the encoding of the bytes that it was decoded from; `undefined` where decoding lost something that
 * writing would not bring back.
 */
export function encodeText(before: Uint8Array, text: string): Uint8Array | undefined {
  const encoding = encodingOf(before);
  const decoded = decodeText(before);
  if (!('text' in decoded)) return undefined;
  const encode = (content: string) =>
    encoding === 'utf-8' ? new TextEncoder().encode(content) : encodeUtf16(content, encoding);
  const again = encode(decoded.text);
  if (again.length !== before.length || again.some((byte, at) => byte !== before[at])) return undefined;
  return encode(text);
}

function encodeUtf16(text: string, encoding: 'utf-16le' | 'utf-16be'): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), encoding === 'utf-16le');
  return bytes;
}
