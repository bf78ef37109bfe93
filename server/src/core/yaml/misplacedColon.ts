import { type Cursor, Refusal } from './cursor.ts';

/** A line that holds one word: a key that is being typed. */
const BARE_KEY = /^([ \t]*(?:-[ \t]+)*)[\w./-]+[ \t]*(?:#.*)?$/;

/**
 * Why the colon at the cursor cannot stand there, at the place that is to be mended. To the parser its line goes on with
 * the text of the line above; a person has forgotten the colon there, or indented this line too deep.
 */
export function misplacedColon({ text, at, lineStart }: Cursor): Refusal {
  const above = text.slice(0, lineStart).trimEnd();
  const aboveStart = Math.max(above.lastIndexOf('\n'), above.lastIndexOf('\r')) + 1;
  const bare = BARE_KEY.exec(above.slice(aboveStart));
  const begins = /^[ \t]*[^\s:]+[ \t]*$/.test(text.slice(lineStart, at));
  if (begins && bare !== null) return new Refusal(aboveStart + (bare[1]?.length ?? 0), 'a key needs `:` after it');
  if (begins && indentOf(text, lineStart) > indentOf(text, aboveStart))
    return new Refusal(at, 'this line is indented deeper than the one above, and so goes on with its value');
  return new Refusal(at, 'a colon and a space cannot stand within a value; quote it');
}

/** The column at which a line's text begins; the dash of a list counts as indentation. */
function indentOf(text: string, lineStart: number): number {
  let at = lineStart;
  while (text[at] === ' ' || (text[at] === '-' && text[at + 1] === ' ')) at++;
  return at - lineStart;
}
