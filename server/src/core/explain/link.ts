// Explanations name places by file and offset. The Markdown that leaves `explain` holds them as links of a private form,
// which the language server and the command line each turn into their own.

import type { FileTable } from '../base/fileTable.ts';

/** A place in an indexed file. */
export interface Place {
  readonly file: string;
  /** UTF-16 offset into the file's text. */
  readonly offset: number;
}

const SCHEME = 'kubefathom-link:';
const LINK = /\[(`(?:(?!\]\().)*)\]\(kubefathom-link:([^?()\s]*)\?(\d+)\)/g;

/** A Markdown link to a place; its text is shown as code: ``[`Service/web`](kubefathom-link:%2Fwork%2Fweb.yaml?12)``. */
export function linkTo(text: string, { file, offset }: Place): string {
  return `[${code(text)}](${SCHEME}${encodePath(file)}?${offset})`;
}

/** Turns the addresses in links into places in the files that wrote them. */
export function resolveLinks(markdown: string, files: FileTable): string {
  return markdown.replace(LINK, (_, text: string, path: string, offset: string) => {
    const at = Number(offset);
    const { file, start } = files.resolve(decodeURIComponent(path), { start: at, end: at });
    return `[${text}](${SCHEME}${encodePath(file)}?${start})`;
  });
}

/** Replaces the places of all links by targets of another form; one without a target keeps its text alone. */
export function renderLinks(markdown: string, toTarget: (place: Place) => string | undefined): string {
  return markdown.replace(LINK, (_, text: string, path: string, offset: string) => {
    const target = toTarget({ file: decodeURIComponent(path), offset: Number(offset) });
    return target === undefined ? text : `[${text}](${target})`;
  });
}

/** A name or value of the user's as Markdown code, on one line and of bounded length. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
  if (!short.includes('`')) return short === '' ? '`""`' : `\`${short}\``;
  const fence = '`'.repeat(Math.max(...[...short.matchAll(/`+/g)].map((run) => run[0].length)) + 1);
  return `${fence} ${short} ${fence}`;
}

const MAX_LENGTH = 120;

function encodePath(path: string): string {
  const wellFormed = path.replace(/\p{Surrogate}/gu, '\ufffd');
  return encodeURIComponent(wellFormed).replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'));
}
