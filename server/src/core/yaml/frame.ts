import type { YamlProblem } from './node.ts';
import { endOfLine, findFlowEnd, findForbiddenTab, findQuotedEnd } from './repair.ts';

/** The part of a document's text that its first document takes, made ready for the parsers. */
export interface BodyFrame {
  readonly start: number;
  readonly end: number;
  /** The text from `start` to `end`, with the line breaks of YAML 1.1 as line feeds; lengths unchanged. */
  readonly text: string;
  /** Offsets count from the start of the document's text. */
  readonly problems: readonly YamlProblem[];
}

/**
 * Finds where Go's reader begins and ends: byte order marks are skipped, directives checked, and the text ends at the
 * first line `---` or `...` after content. Characters that Go refuses anywhere are reported here.
 */
export function findBody(text: string): BodyFrame {
  const problems: YamlProblem[] = [];
  let start = 0;
  while (start < 2 && text.charCodeAt(start) === 0xfeff) start++;
  const contentStart = readPrologue(text, start, problems);
  const cut = findRootBlockEnd(text, contentStart) ?? findMarker(text, contentStart);
  const end = cut ?? text.length;
  if (cut !== undefined) reportRest(text, cut, problems);
  const body = text.slice(start, end);
  reportControls(body, start, problems);
  const tab = findForbiddenTab(body);
  if (tab !== undefined)
    problems.push({ code: 'syntax', message: 'a tab cannot indent', start: start + tab, end: start + tab + 1 });
  const broken = UNICODE_BREAK.test(body) ? body.replace(/[\x85\u2028\u2029]/g, '\n') : body;
  return { start, end, text: INDENTED_MARKER.test(broken) ? broken.replace('---', 'xxx') : broken, problems };
}

/**
 * Where the root ends although text follows, `undefined` when it does not: after a flow collection or quoted text at the
 * root, or at a line that is less indented than a root that is indented itself. Go's reader stops there.
 */
export function findRootEnd(text: string): number | undefined {
  const prefix =
    /^(?:[ \t]*(?:#.*)?(?:\r\n?|\n))*(?:---(?=\s)[ \t]*(?:#.*)?(?:\r\n?|\n)?(?:[ \t]*(?:#.*)?(?:\r\n?|\n))*)?([ \t]*)/.exec(
      text,
    );
  const start = prefix?.[0].length ?? 0;
  const first = text[start];
  const end =
    first === '{' || first === '['
      ? findFlowEnd(text, start)
      : first === '"' || first === "'"
        ? findQuotedEnd(text, start)
        : findDedent(text, start, prefix?.[1]?.length ?? 0);
  if (end === undefined || /^\s*$/.test(text.slice(end))) return undefined;
  // A colon makes the collection a key; characters that can start nothing stop Go's reader although it is past the end.
  if (/^[ \t]*(?::(?:\s|$)|\n?[@`%])/.test(text.slice(end, end + 200))) return undefined;
  return end;
}

/** No marker, though js-yaml takes it for one: it begins a plain scalar. */
const INDENTED_MARKER = /^(?:[ \t]*(?:#(?!.*---).*)?\r?\n)* +---(?=\s|$)/;
const UNICODE_BREAK = /[\x85\u2028\u2029]/;
const CONTROL =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Comments, directives and the `---` before the content; returns where markers begin to end the document. */
function readPrologue(text: string, start: number, problems: YamlProblem[]): number {
  let at = start;
  let hasVersion = false;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    const next = Math.min(end + 1, text.length);
    if (isMarker(line, '---')) return at + 3;
    if (isMarker(line, '...')) {
      problems.push({ code: 'syntax', message: 'the document ends before it begins', start: at, end: at + 3 });
      return at;
    }
    if (line.startsWith('%')) {
      const isVersion = /^%YAML\s+1\.1\s*(?:#.*)?$/.test(line);
      if ((!isVersion && !line.startsWith('%TAG')) || hasVersion) {
        problems.push({ code: 'syntax', message: 'Kubernetes does not read this directive', start: at, end });
      }
      hasVersion ||= isVersion;
    } else if (!/^\s*(?:#|$)/.test(line)) return at;
    at = next;
    if (end >= text.length) break;
  }
  return at;
}

/** Go gives a block scalar at the root an indentation of at least one: content in column 0 is past its end. */
function findRootBlockEnd(text: string, from: number): number | undefined {
  const match = /^[ \t]*(?:[&!]\S*[ \t]+)*[|>][-+0-9]*[ \t]*(?:#.*)?\r?\n(?:[ \t]*\r?\n)*(?=[^\s])/.exec(
    text.slice(from, from + 2000),
  );
  return match === null ? undefined : from + match[0].length;
}

function findMarker(text: string, from: number): number | undefined {
  const end = findLine(text, from, '\n...');
  const separator = findLine(text, from, '\n---');
  return end === undefined ? separator : separator === undefined ? end : Math.min(end, separator);
}

/** The place of a marker that has a line to itself or is followed by white space. */
function findLine(text: string, from: number, marker: string): number | undefined {
  for (let at = text.indexOf(marker, from); at >= 0; at = text.indexOf(marker, at + 1)) {
    if (isMarker(text.slice(at + 1, at + 5), marker.slice(1))) return at + 1;
  }
  return undefined;
}

function isMarker(line: string, marker: string): boolean {
  return line.startsWith(marker) && (line.length === 3 || ' \t\r\n\x85\u2028\u2029'.includes(line.charAt(3)));
}

function reportRest(text: string, cut: number, problems: YamlProblem[]): void {
  const markerEnd = isMarker(text.slice(cut, cut + 4), text.charAt(cut).repeat(3)) ? cut + 3 : cut;
  const match = /^(?:[ \t]*(?:#.*)?(?:\r\n?|\n))*[ \t]*(?=[^\s#])/.exec(text.slice(markerEnd));
  if (match === null) return;
  const start = markerEnd + match[0].length;
  const end = text.trimEnd().length;
  if (text[start] === '%' || end <= start) return;
  problems.push({
    code: 'content-ignored',
    message: 'the document ends before this text; kubectl ignores it',
    start,
    end,
  });
}

function reportControls(text: string, offset: number, problems: YamlProblem[]): void {
  const match = CONTROL.exec(text);
  if (match === null) return;
  const start = offset + match.index;
  problems.push({ code: 'syntax', message: 'control characters are not allowed', start, end: start + 1 });
}

/** The start of the first line after `start` that is indented less than `column`. */
function findDedent(text: string, start: number, column: number): number | undefined {
  if (column === 0 || !/^(?:[-?](?:\s|$)|[^\n]*:(?:\s|$))/.test(text.slice(start, endOfLine(text, start))))
    return undefined;
  for (let line = endOfLine(text, start) + 1; line < text.length; line = endOfLine(text, line) + 1) {
    const indent = /^ */.exec(text.slice(line, line + column))?.[0].length ?? 0;
    const character = text[line + indent];
    if (indent < column && character !== undefined && !'\r\n#\t'.includes(character)) return line;
  }
  return undefined;
}
