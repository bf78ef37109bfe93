/**
 * Go's reader pays no heed to indentation inside flow collections and quotes, and takes `#` for a comment right after
 * them; the parsers do. Returns the text with such lines joined and such comments blanked, all offsets unchanged, or
 * `undefined` where there is nothing of the kind.
 */
export function joinFlowLines(text: string): string | undefined {
  const pieces: string[] = [];
  let copied = 0;
  walkLines(text, {
    onRegion(start, end) {
      pieces.push(text.slice(copied, start), joinRegion(text, start, end));
      copied = end;
    },
    onComment(start, end) {
      pieces.push(text.slice(copied, start), ' '.repeat(end - start));
      copied = end;
    },
  });
  const joined = pieces.join('') + text.slice(copied);
  return joined === text ? undefined : joined;
}

/** The first tab that stands where Go's reader allows none: at the start of a block line, after `-` and `?`. */
export function findForbiddenTab(text: string): number | undefined {
  if (!text.includes('\t')) return undefined;
  let found: number | undefined;
  walkLines(text, {
    onTab(at) {
      found ??= at;
    },
  });
  return found;
}

/** The end of the flow collection at `start`, or `undefined` when it is not closed. */
export function findFlowEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === "'") {
      if (!' \t\r\n[{,:'.includes(text[at - 1] ?? ' ')) continue;
      const end = findQuotedEnd(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (character === '#' && ' \t\r\n[]{},"\''.includes(text[at - 1] ?? ' ')) at = endOfLine(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}

/** The end of the quoted scalar at `start`, or `undefined` when it is not closed. */
export function findQuotedEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) {
      if (quote === "'" && text[at + 1] === "'") at++;
      else return at + 1;
    }
  }
  return undefined;
}

export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

interface Visitor {
  /** A quoted scalar or flow collection in block context. */
  readonly onRegion?: (start: number, end: number) => void;
  /** A comment that no white space precedes. */
  readonly onComment?: (start: number, end: number) => void;
  readonly onTab?: (at: number) => void;
}

/** Goes through a text line by line and tells scalars, flow collections and comments apart, as far as that needs no tree. */
function walkLines(text: string, visitor: Visitor): void {
  /** The column of the innermost key or dash; where a plain scalar may go on, and a block scalar's content must exceed. */
  let column = -1;
  let isPlain = false;
  let line = 0;
  while (line < text.length) {
    let at = line;
    while (text[at] === ' ') at++;
    const indent = at - line;
    if (text[at] === '\t') {
      const mayContinue = isPlain && indent > column;
      if (!mayContinue) visitor.onTab?.(at);
      while (text[at] === ' ' || text[at] === '\t') at++;
    }
    if (at >= text.length) return;
    if (text[at] === '\n' || text[at] === '\r') {
      line = endOfLine(text, at) + 1;
      continue;
    }
    if (isPlain && indent > column && text[at] !== '#') {
      const end = endOfLine(text, at);
      isPlain = !/[ \t]#/.test(text.slice(at, end));
      line = end + 1;
      continue;
    }
    const result = walkLine(text, at, line, visitor);
    if (result === undefined) return;
    isPlain = result.isPlain;
    if (result.column !== undefined) column = result.column;
    line = result.isBlock ? skipBlock(text, result.next, column) : result.next;
  }
}

interface LineResult {
  readonly next: number;
  readonly isPlain: boolean;
  readonly isBlock: boolean;
  readonly column: number | undefined;
}

function walkLine(text: string, start: number, line: number, visitor: Visitor): LineResult | undefined {
  let column: number | undefined;
  let at = start;
  let lineStart = line;
  const done = (kind: 'plain' | 'block' | 'other', from: number): LineResult => ({
    next: endOfLine(text, from) + 1,
    isPlain: kind === 'plain',
    isBlock: kind === 'block',
    column,
  });
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    const character = text[at] ?? '\n';
    const isIndicator = ' \t\r\n'.includes(text[at + 1] ?? '\n');
    if (character === '\n' || character === '\r' || character === '#') return done('other', at);
    if ((character === '-' || character === '?' || character === ':') && isIndicator) {
      column = at - lineStart;
      at++;
      const blank = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0] ?? '';
      if (blank.includes('\t')) visitor.onTab?.(at + blank.indexOf('\t'));
    } else if (character === '|' || character === '>') {
      const comment = /^[|>][-+0-9]*#/.exec(text.slice(at, at + 10));
      if (comment !== null) visitor.onComment?.(at + comment[0].length - 1, endOfLine(text, at));
      return done('block', at);
    } else if (character === '&' || character === '!' || character === '*') {
      while (at < text.length && !' \t\r\n'.includes(text[at] ?? ' ')) at++;
    } else if ('"\'[{'.includes(character)) {
      const end = character === '"' || character === "'" ? findQuotedEnd(text, at) : findFlowEnd(text, at);
      if (end === undefined) return undefined;
      visitor.onRegion?.(at, end);
      const keyColumn = at - lineStart;
      lineStart = Math.max(lineStart, text.lastIndexOf('\n', end - 1) + 1);
      at = end;
      if (text[at] === '#') visitor.onComment?.(at, endOfLine(text, at));
      while (text[at] === ' ' || text[at] === '\t') at++;
      if (text[at] !== ':') return done('other', at);
      column = keyColumn;
      at++;
    } else {
      const end = endOfLine(text, at);
      const colon = findPlainEnd(text, at, end);
      if (colon === undefined) return done('plain', at);
      if (text[colon] === '#') return done('other', at);
      column = at - lineStart;
      at = colon + 1;
    }
  }
}

/** Where a plain scalar ends within its line: at a colon that makes it a key, or at a comment. */
function findPlainEnd(text: string, start: number, end: number): number | undefined {
  for (let at = start; at < end; at++) {
    if (text[at] === ':' && ' \t\r\n'.includes(text[at + 1] ?? '\n')) return at;
    if (text[at] === '#' && ' \t'.includes(text[at - 1] ?? 'x')) return at;
  }
  return undefined;
}

function skipBlock(text: string, from: number, column: number): number {
  let line = from;
  while (line < text.length) {
    let at = line;
    while (text[at] === ' ') at++;
    const isBlank = at >= text.length || text[at] === '\n' || text[at] === '\r';
    if (!isBlank && at - line <= column) return line;
    line = endOfLine(text, at) + 1;
  }
  return line;
}

function joinRegion(text: string, start: number, end: number): string {
  const region = text.slice(start, end);
  if (!/[\r\n]/.test(region)) return region;
  if (region.startsWith('"') || region.startsWith("'")) return region.replace(/[\r\n]/g, ' ');
  let joined = '';
  for (let at = 0; at < region.length; at++) {
    const character = region.charAt(at);
    const before = region[at - 1] ?? ' ';
    if ((character === '"' || character === "'") && ' \t\r\n[{,:'.includes(before)) {
      const quoted = findQuotedEnd(region, at) ?? region.length;
      joined += region.slice(at, quoted).replace(/[\r\n]/g, ' ');
      at = quoted - 1;
    } else if (character === '#' && ' \t\r\n[]{},"\''.includes(before)) {
      const lineEnd = endOfLine(region, at);
      joined += ' '.repeat(lineEnd - at);
      at = lineEnd - 1;
    } else joined += character === '\n' || character === '\r' ? ' ' : character;
  }
  return joined;
}
