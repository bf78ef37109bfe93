/**
 * The result of a variable's operator as Flux computes it (envsubst, funcs.go); `undefined` where Go's bytes or patterns
 * would have to be reproduced in a way that real manifests do not use.
 */
export function evaluate(operator: string, value: string, args: readonly string[]): string | undefined {
  const [first = '', second = ''] = args;
  switch (operator) {
    case 'length':
      return String(byteLength(value));
    case ',':
      return value.slice(0, 1).toLowerCase() + value.slice(1);
    case ',,':
      return value.toLowerCase();
    case '^':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case '^^':
      return value.toUpperCase();
    case ':':
      return substring(value, args);
    case '#':
    case '##':
      return trimMatch(value, first, operator === '##', (length) => [value.slice(0, length), value.slice(length)]);
    case '%':
    case '%%':
      return trimMatch(value, first, operator === '%%', (length) => [
        value.slice(value.length - length),
        value.slice(0, value.length - length),
      ]);
    case '/':
      return value.replace(first, () => second);
    case '//':
      return value.replaceAll(first, () => second);
    case '/#':
      return args.length === 2 && value.startsWith(first) ? second + value.slice(first.length) : value;
    case '/%':
      return args.length === 2 && value.endsWith(first) ? value.slice(0, value.length - first.length) + second : value;
    default:
      return value === '' ? args.join('') : value;
  }
}

function substring(value: string, args: readonly string[]): string | undefined {
  if (/[^\0-\x7f]/.test(value)) return undefined;
  const [offset, length] = args.map(toInteger);
  if (offset === undefined || (args.length > 1 && length === undefined)) return value;
  const start = offset < 0 ? Math.max(0, value.length + offset) : offset;
  if (length === undefined || start + length >= value.length) return value.slice(start);
  return length < 0 ? undefined : value.slice(start, start + length);
}

function toInteger(text: string): number | undefined {
  return /^[-+]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Cuts off the shortest or longest part, of one character at least, that a pattern of text and `*` matches. */
function trimMatch(
  value: string,
  pattern: string,
  longest: boolean,
  cut: (length: number) => readonly [part: string, rest: string],
): string | undefined {
  if (/[?[\]\\]/.test(pattern) || value.length > MAX_TRIMMED) return undefined;
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|/-]/g, '\\$&'));
  const matcher = new RegExp(`^${parts.join('[^]*')}$`);
  for (let step = 1; step <= value.length; step++) {
    const [part, rest] = cut(longest ? value.length + 1 - step : step);
    if (matcher.test(part)) return rest;
  }
  return value;
}

/** Each length is tried against the pattern. */
const MAX_TRIMMED = 500;

function byteLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
