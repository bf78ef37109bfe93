import type { Span } from '../../base/span.ts';
import type { YamlNode, YamlProblem } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/parse.ts';
import type { Origin, OriginNode, OriginPair, Place } from '../origin.ts';
import { alignDocument, type FindPlace } from './place.ts';
import { cutPrinted } from './renderedDocuments.ts';
import type { TemplateSet } from './templates.ts';

/** An object that a chart makes. The document's span, and those of its nodes, count in `file`. */
export interface RenderedObject extends Span {
  readonly file: string;
  readonly root: OriginNode;
  /** Faults of the printed text (keys that stand twice), at their templates' places. */
  readonly problems: readonly YamlProblem[];
  /**
   * How its places were found: `aligned`: all that it holds is explained by the template · `lines`: only by lines that look
   * alike, so nothing is exact.
   */
  readonly places: 'aligned' | 'lines';
}

export interface RenderedChart {
  readonly objects: readonly RenderedObject[];
  /** Sources whose text is not at hand (packed subcharts), with the objects that they make, which have no place. */
  readonly packed: readonly { readonly source: string; readonly root: YamlNode }[];
}

export interface RenderedInput {
  /** What `helm template` printed. */
  readonly output: string;
  /** The file of each source that Helm can name; `undefined` where it lies in a packed subchart. */
  findFile(source: string): SourceFileText | 'packed' | undefined;
  readonly templates: TemplateSet;
  /** Called with each printed document; those that nobody reads cost nothing more. */
  readonly wanted?: (text: string) => boolean;
}

export interface SourceFileText {
  readonly file: string;
  readonly text: string;
  /** Printed as it stands, actions included (`crds/`). */
  readonly verbatim: boolean;
}

/** Maps all that `helm template` printed to the templates that it comes from. */
export function mapRendered({ output, findFile, templates, wanted }: RenderedInput): RenderedChart {
  const objects: RenderedObject[] = [];
  const packed: { readonly source: string; readonly root: YamlNode }[] = [];
  for (const { source, start, end } of cutPrinted(output, (name) => findFile(name) !== undefined)) {
    const text = output.slice(start, end);
    const file = findFile(source);
    if (file === undefined || wanted?.(text) === false) continue;
    const { documents } = parseYaml(text);
    if (file === 'packed') {
      for (const { root } of documents) if (root !== undefined) packed.push({ source, root });
      continue;
    }
    const aligned = findPlaces(file, text, templates);
    const findPlace = aligned ?? placeByLines(file.text, text);
    const map = createMapper(file.file, findPlace);
    for (const { root, problems, start, end } of documents) {
      if (root === undefined) continue;
      objects.push({
        file: file.file,
        root: map(root),
        problems: problems.map((problem) => moveProblem(problem, findPlace)),
        places: aligned === undefined ? 'lines' : 'aligned',
        ...spanOf(findPlace(start, end)),
      });
    }
  }
  return { objects, packed };
}

function findPlaces(
  { file, text, verbatim }: SourceFileText,
  document: string,
  templates: TemplateSet,
): FindPlace | undefined {
  if (verbatim) {
    const at = text.indexOf(document);
    return at < 0 ? undefined : (start, end) => ({ start: at + start, end: at + end, exact: true, base: undefined });
  }
  return alignDocument(templates, file, document);
}

/** For texts that no alignment explains: the line of the template that reads alike, else the last one found before. */
function placeByLines(template: string, document: string): FindPlace {
  const known = new Map<string, Span | undefined>();
  for (const { line, start, end } of linesOf(template)) known.set(line, known.has(line) ? undefined : { start, end });
  const head = linesOf(template).find(({ line }) => /^kind\s*:/.test(line)) ?? { start: 0, end: 0 };
  let last: Span = spanOf(head);
  const places = linesOf(document).map(({ line, end }) => {
    last = known.get(line) ?? last;
    return { until: end, place: last };
  });
  return (start) => {
    const found = places.find(({ until }) => start <= until)?.place ?? last;
    return { ...found, exact: false, base: undefined };
  };
}

function linesOf(text: string): readonly (Span & { readonly line: string })[] {
  return [...text.matchAll(/^.*$/gm)].map(({ 0: whole, index }) => {
    const line = whole.trim();
    const start = index + whole.indexOf(line);
    return { line, start, end: start + line.length };
  });
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function moveProblem<T extends YamlProblem>(problem: T, findPlace: FindPlace): T {
  const { other } = problem;
  return {
    ...problem,
    ...spanOf(findPlace(problem.start, problem.end)),
    ...(other && { other: spanOf(findPlace(other.start, other.end)) }),
  };
}

/** Makes nodes of the same values whose places are those of the template. */
function createMapper(file: string, findPlace: FindPlace): (node: YamlNode) => OriginNode {
  const exact: Origin = { file, kind: 'rendered', exact: true };
  const inexact: Origin = { file, kind: 'rendered', exact: false };
  const originOf = (isExact: boolean, base: Place | undefined): Origin =>
    base !== undefined ? { ...inexact, base } : isExact ? exact : inexact;
  const map = (node: YamlNode): OriginNode => {
    const { start, end, exact, base } = findPlace(node.start, node.end);
    const place = { start, end, origin: originOf(exact, base) };
    const alias = node.aliasOf && { aliasOf: spanOf(findPlace(node.aliasOf.start, node.aliasOf.end)) };
    switch (node.kind) {
      case 'scalar':
        return { ...node, ...place, ...alias };
      case 'sequence':
        return { ...node, ...place, ...alias, items: node.items.map(map) };
      case 'mapping':
        return {
          ...node,
          ...place,
          ...alias,
          pairs: node.pairs.map((pair): OriginPair => ({ ...pair, key: map(pair.key), value: map(pair.value) })),
        };
    }
  };
  return map;
}
