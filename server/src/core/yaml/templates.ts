import type { Span } from '../base/span.ts';
import type { YamlNode } from './node.ts';

export interface TemplateText {
  /** The text with every action blanked: as long as before, offsets unchanged. */
  readonly text: string;
  /** Actions that had lines for themselves and may write or drop lines there. */
  readonly structural: readonly Span[];
  /** Actions within a line. */
  readonly inline: readonly Span[];
}

/** Stands for a character of an action within a line: a private-use character that reads as part of a plain scalar. */
const PLACEHOLDER = '\ue0ff';

/**
 * Blanks template actions (`{{- … -}}`, also over several lines) without moving anything: lines that hold nothing else
 * become empty, within a line each character becomes a placeholder, so that the scalar around it can be recognised.
 */
export function blankTemplates(text: string): TemplateText {
  const structural: Span[] = [];
  const inline: Span[] = [];
  let blanked = '';
  let copied = 0;
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', copied)) {
    const end = findActionEnd(text, start);
    const run = findRunEnd(text, end);
    const isAlone = isBlankBefore(text, start, copied) && isBlankAfter(text, run);
    const replacement = isAlone ? toSpaces(text.slice(start, run)) : PLACEHOLDER.repeat(run - start);
    blanked += text.slice(copied, start) + replacement;
    (isAlone ? structural : inline).push({ start, end: run });
    copied = run;
  }
  return { text: blanked + text.slice(copied), structural, inline };
}

/** Whether a range of a blanked text holds a placeholder. */
export function isPlaceholder(blanked: string, start: number, end: number): boolean {
  return blanked.slice(start, end).includes(PLACEHOLDER);
}

/**
 * Marks as unknown every collection in which an action has lines for itself: it may write or drop entries there. An
 * action after a collection's last line counts as inside, for its output may go on with the collection.
 */
export function markTemplated(root: YamlNode, structural: readonly Span[], end: number): YamlNode {
  return mark(root, root.start, end, (start, next) =>
    structural.some((action) => action.start < next && start < action.end),
  );
}

/** `from` is where the collection's place begins: an action between a key and its first entry is inside. */
function mark(
  node: YamlNode,
  from: number,
  next: number,
  holdsAction: (start: number, next: number) => boolean,
): YamlNode {
  if (node.kind === 'scalar' || node.aliasOf !== undefined || !holdsAction(from, next)) return node;
  if (node.kind === 'sequence') {
    const items = node.items.map((item, index) =>
      mark(item, item.start, node.items[index + 1]?.start ?? next, holdsAction),
    );
    return { ...node, items, unknown: 'template' };
  }
  const pairs = node.pairs.map((pair, index) => ({
    ...pair,
    value: mark(pair.value, pair.key.end, node.pairs[index + 1]?.key.start ?? next, holdsAction),
  }));
  return { ...node, pairs, unknown: 'template' };
}

/** The end of an action: after its `}}`, quoted strings skipped; the end of the line where it has none or another begins before. */
function findActionEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_ACTION);
  if (/^\{\{-?\s*\/\*/.test(text.slice(start, start + 8))) {
    const comment = /\*\/\s*-?\}\}/.exec(text.slice(start, limit));
    if (comment !== null) return start + comment.index + comment[0].length;
  }
  for (let at = start + 2; at < limit; at++) {
    const character = text[at];
    if (character === '}' && text[at + 1] === '}') return at + 2;
    if (character === '{' && text[at + 1] === '{') break;
    if (character === '"' || character === '`') at = findQuoteEnd(text, at, limit);
  }
  const lineEnd = text.indexOf('\n', start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const close = text.slice(start, end).lastIndexOf('}}');
  return close > 0 ? start + close + 2 : end;
}

const MAX_ACTION = 20_000;

function findQuoteEnd(text: string, start: number, limit: number): number {
  const quote = text[start];
  for (let at = start + 1; at < limit; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
    else if (text[at] === '\n' && quote === '"') return start;
  }
  return start;
}

/** Actions that follow each other with nothing but blanks between count as one. */
function findRunEnd(text: string, end: number): number {
  for (;;) {
    let at = end;
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (!text.startsWith('{{', at)) return end;
    end = findActionEnd(text, at);
  }
}

function isBlankBefore(text: string, start: number, floor: number): boolean {
  for (let at = start - 1; at >= 0; at--) {
    const character = text[at];
    if (character === '\n') return true;
    if (at < floor || (character !== ' ' && character !== '\t')) return false;
  }
  return true;
}

function isBlankAfter(text: string, end: number): boolean {
  for (let at = end; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') return true;
    if (character !== ' ' && character !== '\t' && character !== '\r') return false;
  }
  return true;
}

function toSpaces(action: string): string {
  return action.replace(/[^\r\n]/g, ' ');
}
