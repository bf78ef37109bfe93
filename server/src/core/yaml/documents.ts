import type { YamlProblem } from './node.ts';

/** One document's part of a text, separators left out. */
export interface DocumentText {
  readonly start: number;
  readonly end: number;
  /** Read by kubectl as JSON: no comments, no markers. */
  readonly json: boolean;
}

export interface DocumentSplit {
  readonly documents: readonly DocumentText[];
  readonly problems: readonly YamlProblem[];
}

/**
 * Cuts a text into documents as kubectl does (k8s.io/apimachinery, util/yaml, `YAMLOrJSONDecoder` with 4,096 bytes of
 * look-ahead): a text that begins with `{` is a stream of JSON values as long as it can be read as one, every other text
 * is cut at lines that begin with `---`, wherever they stand.
 */
export function splitDocuments(text: string): DocumentSplit {
  const documents: DocumentText[] = [];
  const problems: YamlProblem[] = [];
  const yamlStart = looksLikeJson(text) ? splitJson(text, documents, problems) : 0;
  if (yamlStart !== undefined) splitYaml(text, yamlStart, documents, problems);
  return { documents, problems };
}

const LOOK_AHEAD = 4096;

function looksLikeJson(text: string): boolean {
  return /^(?:[^\S\ufeff]|\x85)*\{/.test(text.slice(0, LOOK_AHEAD));
}

/**
 * Reads JSON values. Returns where kubectl goes on with YAML when there is none or just one, never after two: past white
 * space up to the line's end. It gives up when fewer than four bytes are left.
 */
function splitJson(text: string, documents: DocumentText[], problems: YamlProblem[]): number | undefined {
  let at = 0;
  let count = 0;
  for (;;) {
    const start = skipJsonSpace(text, at);
    if (start >= text.length) return undefined;
    const end = findJsonEnd(text, start);
    if (end === undefined) break;
    documents.push({ start, end, json: true });
    count++;
    at = end;
  }
  let rest = at;
  while (count < 2 && rest < text.length && utf8Length(text, rest, 4) >= 4) {
    const character = text[rest] ?? '';
    if (!/[\s\x85]/.test(character) || character === '\ufeff') return rest;
    rest++;
    if (character === '\n') return rest;
  }
  const start = skipJsonSpace(text, at);
  problems.push({
    code: 'separator',
    message: 'this is no JSON value, and kubectl reads the text as JSON',
    start,
    end: endOfLine(text, start),
  });
  return undefined;
}

function skipJsonSpace(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++;
  return at;
}

/** How many bytes follow, counted up to `limit`. */
function utf8Length(text: string, at: number, limit: number): number {
  let bytes = 0;
  for (let index = at; index < text.length && bytes < limit; index++) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/** The end of the JSON value at `start`, or `undefined` where there is none. */
function findJsonEnd(text: string, start: number): number | undefined {
  const end = scanJsonValue(text, start);
  if (end === undefined) return undefined;
  try {
    JSON.parse(text.slice(start, end));
    return end;
  } catch {
    return undefined;
  }
}

/** Where a JSON value would end by its brackets and quotes. */
function scanJsonValue(text: string, start: number): number | undefined {
  const first = text[start] ?? '';
  if (first === '"') return scanJsonString(text, start);
  if (first !== '{' && first !== '[') {
    const word = /^(?:true|false|null|-?[0-9.eE+-]+)/.exec(text.slice(start, start + 400));
    return word === null ? undefined : start + word[0].length;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = scanJsonString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
    if (depth > MAX_JSON_DEPTH) return undefined;
  }
  return undefined;
}

const MAX_JSON_DEPTH = 1000;

function scanJsonString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '"') return at + 1;
    else if (character === '\n') return undefined;
  }
  return undefined;
}

function splitYaml(text: string, from: number, documents: DocumentText[], problems: YamlProblem[]): void {
  let start = from;
  let line = from;
  while (line < text.length) {
    const found = text.startsWith('---', line) ? line : findSeparator(text, line);
    if (found === undefined) break;
    const end = endOfLine(text, found);
    const next = end < text.length ? end + 1 : end;
    const content = text.slice(found + 3, end).replace(LEADING_SPACE, '');
    if (content !== '' && !content.startsWith('#')) {
      const message = 'kubectl refuses a line that begins with `---` and goes on with content';
      problems.push({
        code: 'separator',
        message,
        start: found,
        end: found + 3 + text.slice(found + 3, end).trimEnd().length,
      });
      if (found > start) documents.push({ start, end: found, json: false });
      start = /^[ \t]/.test(text.slice(found + 3, found + 4)) ? found : next;
    } else if (found > start) {
      documents.push({ start, end: found, json: false });
      start = next;
    }
    line = next;
  }
  if (start < text.length) documents.push({ start, end: text.length, json: false });
}

/** White space as Go sees it: a byte order mark is none, `U+0085` is some. */
const LEADING_SPACE = /^(?:[^\S\ufeff]|\x85)+/;

function findSeparator(text: string, from: number): number | undefined {
  const found = text.indexOf('\n---', from);
  return found < 0 ? undefined : found + 1;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
