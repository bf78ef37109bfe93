/**
 * Where Go's scanner (go-yaml v2, scannerc.go) reads otherwise than the parsers do. Each function returns a sentence when
 * Go refuses the text, `odd` when it makes something else of it, `undefined` when there is no difference.
 */
export type DialectVerdict = string | undefined;

/** A plain scalar in a flow collection: `?` is an indicator everywhere, `:` at the start. */
export function checkFlowPlain(text: string): DialectVerdict {
  if (text.startsWith(':')) return 'a colon cannot begin a value here';
  if (text.startsWith('?')) return 'odd';
  return text.includes('?') ? 'a question mark ends a plain value in a flow collection; quote it' : undefined;
}

/** A double-quoted scalar with its quotes: `\\/` is no escape, surrogates and numbers past U+10FFFF are none either. */
export function checkEscapes(text: string): DialectVerdict {
  if (!text.includes('\\')) return undefined;
  for (const [sequence] of text.matchAll(/\\(?:x.|u.{4}|U.{8}|.)/gs)) {
    if (sequence === '\\/') return 'Kubernetes knows no escape `\\/`';
    if (sequence === "\\'") return 'odd';
    if (!/^\\[uU]/.test(sequence)) continue;
    const code = Number.parseInt(sequence.slice(2), 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 'no character has this number';
  }
  return undefined;
}

/** A block scalar from its header: no tab may stand before the column in which its content begins. */
export function checkBlock(raw: string, start: number, end: number): DialectVerdict {
  const header = /^[|>][-+0-9]*/.exec(raw.slice(start, start + 10))?.[0] ?? '';
  const lines = raw
    .slice(raw.indexOf('\n', start) + 1 || raw.length)
    .split('\n', (raw.slice(start, end).match(/\n/g)?.length ?? 0) + 20);
  const contentLines = raw.slice(start, end).match(/\n/g)?.length ?? 0;
  let indent = /[0-9]/.test(header) ? Number.POSITIVE_INFINITY : -1;
  if (indent > 0) return undefined;
  for (const [index, line] of lines.entries()) {
    const spaces = /^ */.exec(line)?.[0].length ?? 0;
    const isBlank = line.trim() === '';
    if (index >= contentLines && !isBlank) break;
    if (line[spaces] === '\t' && (indent < 0 || spaces < indent)) return 'a tab cannot indent';
    if (indent < 0 && !isBlank) indent = spaces;
  }
  return undefined;
}

/** An anchor's or alias's name: letters, digits, `-` and `_`; some signs end it, all others are refused. */
export function checkAnchor(name: string): DialectVerdict {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return undefined;
  return /^[A-Za-z0-9_-]+[?:,\]}%@`]/.test(name) ? 'odd' : 'an anchor is named with letters, digits, `-` and `_`';
}

/** A key before its colon: on one line and no longer than 1,024 characters, unless `? ` announces it. */
export function checkPair(raw: string, start: number, end: number, flow: boolean, plain: boolean): DialectVerdict {
  const before = raw.slice(Math.max(0, start - 100), start).trimEnd();
  if (before.endsWith('?')) return undefined;
  const colon = /^\s*:/.exec(raw.slice(end, end + 200));
  if (colon === null) return undefined;
  if (end - start > 1024 && [...raw.slice(start, end)].length > 1024)
    return 'a key cannot be longer than 1,024 characters';
  if (!flow) return undefined;
  if (/[\r\n]/.test(raw.slice(start, end) + colon[0])) return 'a key and its colon stand on one line';
  const next = raw[end + colon[0].length] ?? '';
  if (!plain || colon[0] !== ':' || !',[]{}'.includes(next) || next === '') return undefined;
  return next === '[' || next === '{' ? 'a space is missing after the colon' : 'odd';
}
