import type { Span } from '../../base/span.ts';

/** One document of what `helm template` prints; the span is that of its text, trimmed as Helm has trimmed it. */
export interface PrintedDocument extends Span {
  /** The template as Helm names it: `shop/charts/web/templates/service.yaml`. */
  readonly source: string;
}

/**
 * Cuts what `helm template` prints. A line `# Source: …` counts only where it names a file that `isSource` knows: printed texts
 * may hold such lines as well.
 */
export function cutPrinted(output: string, isSource: (source: string) => boolean): readonly PrintedDocument[] {
  const heads = [...output.matchAll(/^---\r?\n# Source: (.+?)\r?\n/gm)].filter(({ 1: source = '' }) =>
    isSource(source),
  );
  return heads.flatMap(({ 0: head, 1: source = '', index }, number) => {
    const from = index + head.length;
    const text = output.slice(from, heads[number + 1]?.index ?? output.length);
    const content = text.trim();
    const start = from + text.indexOf(content);
    return content === '' ? [] : [{ source, start, end: start + content.length }];
  });
}
