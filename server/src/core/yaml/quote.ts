import type { ScalarStyle } from './node.ts';
import { resolveScalar } from './scalars.ts';

/**
 * A string as YAML text that Kubernetes reads as that string. `style` is kept where it can be: plain text that would be
 * read as something else (`yes`, `1.10`, `0123`) gets quotes of the `preferred` kind.
 */
export function toScalarText(value: string, style: ScalarStyle, preferred: 'single' | 'double'): string {
  const isPlain = style !== 'single' && style !== 'double';
  if (isPlain && isPlainSafe(value)) return value;
  const quotes = isPlain ? preferred : style;
  return quotes === 'single' && !NEEDS_ESCAPE.test(value) ? `'${value.replaceAll("'", "''")}'` : toDoubleQuoted(value);
}

/** The quotes that a text uses most, double ones when it has none. */
export function preferredQuotes(text: string): 'single' | 'double' {
  const single = text.match(/[:\-,[{] '/g)?.length ?? 0;
  const double = text.match(/[:\-,[{] "/g)?.length ?? 0;
  return single > double ? 'single' : 'double';
}

/** Characters that single quotes cannot hold as they are: breaks, tabs at fold points, controls. */
const NEEDS_ESCAPE = /[^\x20-\x7e\xa0-\u2027\u202a-\ufffd]/;

/** Whether a plain scalar with this text is read as this string in every place, flow collections included. */
function isPlainSafe(value: string): boolean {
  if (!/^[^\s\-?:,[\]{}#&*!|>'"%@`](?:.*[^\s:])?$/.test(value) && !/^--?[A-Za-z0-9](?:.*[^\s:])?$/.test(value))
    return false;
  if (/[,[\]{}]|:(?:\s|$)|\s#/.test(value) || NEEDS_ESCAPE.test(value) || value === '<<') return false;
  return resolveScalar(value, true).type === 'string';
}

function toDoubleQuoted(value: string): string {
  const escaped = value.replace(
    /[\\"]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu,
    (character) => {
      const short = SHORT_ESCAPES[character];
      if (short !== undefined) return short;
      return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
    },
  );
  return `"${escaped}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
