import type { Span } from '../../base/span.ts';
import type { YamlScalar } from '../../yaml/node.ts';
import type { Locate } from './documents.ts';

/**
 * Translates offsets in a scalar's content to the file: exact for literal blocks and for text that stands in the file as
 * it is; the whole scalar for what folding and escapes have moved.
 */
export function locateInScalar(node: YamlScalar, source: string): Locate {
  const whole: Span = { start: node.start, end: node.end };
  if (node.style === 'literal') return locateInBlock(node, source) ?? (() => whole);
  const quote = node.style === 'plain' ? 0 : 1;
  const content = node.style === 'folded' ? '' : source.slice(node.start + quote, node.end - quote);
  if (content !== node.text) return () => whole;
  return ({ start, end }) => ({ start: start + node.start + quote, end: end + node.start + quote });
}

/** A literal block has a line of the file for each line of its content, indented. */
function locateInBlock({ start, text }: YamlScalar, source: string): Locate | undefined {
  const firstLine = source.indexOf('\n', start) + 1;
  if (firstLine === 0) return undefined;
  const lines = text.split('\n');
  const starts: { readonly content: number; readonly file: number }[] = [];
  let content = 0;
  let file = firstLine;
  for (const line of lines) {
    const end = source.indexOf('\n', file);
    const written = source.slice(file, end < 0 ? source.length : end).replace(/\r$/, '');
    if (!written.endsWith(line)) {
      if (line.trim() !== '' || written.trim() !== '') return undefined;
    }
    starts.push({ content, file: file + Math.max(0, written.length - line.length) });
    content += line.length + 1;
    if (end < 0) break;
    file = end + 1;
  }
  const locate = (offset: number): number => {
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle]?.content ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const line = starts[low];
    return line === undefined ? start : line.file + offset - line.content;
  };
  return (span) => ({ start: locate(span.start), end: locate(span.end) });
}
