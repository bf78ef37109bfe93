import { Multimap } from '../base/multimap.ts';
import { joinPath } from '../base/path.ts';
import type { Span } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import { findValue, type YamlNode } from '../yaml/node.ts';
import { parseSingle } from '../yaml/parse.ts';
import type { BuildNote } from './buildNote.ts';
import type { BuiltObject, BuiltView } from './builtResource.ts';
import type { Chart, ChartFiles } from './helm/chart.ts';
import { createSourceFinder } from './helm/chartSources.ts';
import { mapRendered } from './helm/mapRendered.ts';
import type { RenderFailure } from './helm/renderFailure.ts';
import type { TemplateSet } from './helm/templates.ts';
import type { OriginNode, Place } from './origin.ts';
import { ResourceIndex } from './resourceIndex.ts';
import type { SourceFile } from './sourceFile.ts';

/** A chart with its files, ready to be rendered with several sets of values. */
export interface ReadChart {
  readonly chart: Chart;
  readonly files: ChartFiles;
  readonly templates: TemplateSet;
}

/** What a chart comes to with one set of values. */
export interface ChartBuild {
  readonly index: ResourceIndex;
  /** The objects, as far as they can be read, of templates that print none with these values: others may bring them. */
  readonly unrendered: ResourceIndex;
  /** By template, the objects that it prints. */
  readonly writtenIn: Multimap<string, Resource>;
  readonly roots: ReadonlyMap<Resource, YamlNode>;
  readonly notes: readonly BuildNote[];
  /** Why objects may exist that the build does not show. */
  readonly open: string | undefined;
}

/** Reads what `helm template` printed. `indexed`: the tolerant readings of the templates. */
export function buildChart(
  { chart, files, templates }: ReadChart,
  output: string,
  indexed: ReadonlyMap<string, SourceFile>,
  readView: (object: BuiltObject) => BuiltView,
): ChartBuild {
  const { objects, packed } = mapRendered({
    output,
    findFile: createSourceFinder(chart, files),
    templates,
    wanted: (text) => !/^kind:[ \t]*["']?CustomResourceDefinition\b/m.test(text),
  });
  const index = new ResourceIndex();
  const writtenIn = new Multimap<string, Resource>();
  const roots = new Map<Resource, YamlNode>();
  for (const { file, root, start, end } of objects) {
    const view = readView({ file, root, opaque: false, place: { start, end } });
    for (const resource of view.resources) {
      index.add(resource);
      roots.set(resource, view.root);
      writtenIn.add(file, resource);
    }
  }
  for (const { source, root } of packed) {
    const { file, start, end } = findDependency(source, chart, files);
    const view = readView({ file, root: placeAt(root, file, { start, end }), opaque: false, place: { start, end } });
    for (const resource of view.resources) {
      index.add(resource);
      roots.set(resource, view.root);
      writtenIn.add(file, resource);
    }
  }
  const unrendered = new ResourceIndex();
  for (const file of allTemplates(chart)) {
    const own = objects.filter((object) => object.file === file);
    for (const resource of indexed.get(file)?.resources ?? [])
      if (!own.some(({ start, end }) => start <= resource.end && resource.start <= end)) unrendered.add(resource);
  }
  return { index, unrendered, writtenIn, roots, notes: [], open: undefined };
}

/** What remains of a chart that Helm does not render: the reason, at the template that stops it or in Chart.yaml. */
export function failedChart({ chart, files }: ReadChart, failure: RenderFailure, values: string): ChartBuild {
  const { file, start, end, place } = placeOf(chart, files, failure);
  const message = `helm renders nothing of this chart with ${values}: ${failure.message}${place}; its templates are not checked`;
  return {
    ...emptyChart('helm does not render the chart'),
    notes: [{ file, start, end, kind: 'unrendered', message }],
  };
}

/** A chart of which nothing is known; `open` says why. */
export function emptyChart(open: string): ChartBuild {
  return {
    index: new ResourceIndex(),
    unrendered: new ResourceIndex(),
    writtenIn: new Multimap(),
    roots: new Map(),
    notes: [],
    open,
  };
}

function allTemplates({ templates, subcharts }: Chart): readonly string[] {
  return [...templates, ...subcharts.flatMap(allTemplates)];
}

/** Files that hold definitions alone are named in words: nobody lists what is wrong in them. */
function placeOf(chart: Chart, files: ChartFiles, { at }: RenderFailure) {
  const found = at && createSourceFinder(chart, files)(at.source);
  if (at !== undefined && found !== undefined && found !== 'packed')
    return { file: found.file, ...lineSpan(found.text, at.line), place: '' };
  const file = joinPath(chart.folder, 'Chart.yaml');
  const place = at === undefined ? '' : ` (${at.source}, line ${at.line})`;
  return { file, ...headOf(files.get(file) ?? ''), place };
}

/** Where a chart asks for the packed subchart that a source (`shop/charts/redis/templates/web.yaml`) comes from. */
function findDependency(source: string, chart: Chart, files: ChartFiles): Place {
  const [, name, rest] = /^[^/]+\/charts\/([^/]+)(\/.*)$/.exec(source) ?? [];
  const { dependencies, folder, subcharts } = chart;
  const own = dependencies.find((dependency) => (dependency.alias ?? dependency.name) === name);
  const inner = subcharts.find((subchart) => subchart.name === (own?.name ?? name));
  if (inner !== undefined && rest !== undefined) return findDependency(`${inner.name}${rest}`, inner, files);
  if (own !== undefined) return own.place;
  const file = joinPath(folder, 'Chart.yaml');
  return { file, ...headOf(files.get(file) ?? '') };
}

function lineSpan(text: string, line: number): Span {
  const lines = [...text.matchAll(/^.*$/gm)];
  const found = lines[Math.min(line, lines.length) - 1];
  const content = found?.[0].trim() ?? '';
  const start = (found?.index ?? 0) + (found?.[0].indexOf(content) ?? 0);
  return { start, end: start + content.length };
}

/** The name in Chart.yaml. */
function headOf(text: string): Span {
  const { start, end } = findValue(parseSingle(text).root, 'name') ?? { start: 0, end: 0 };
  return { start, end };
}

/** The same values, all of them at one place. */
function placeAt(node: YamlNode, file: string, { start, end }: Span): OriginNode {
  const place = { start, end, origin: { file, kind: 'rendered', exact: false } } as const;
  switch (node.kind) {
    case 'scalar':
      return { ...node, ...place };
    case 'sequence':
      return { ...node, ...place, items: node.items.map((item) => placeAt(item, file, place)) };
    case 'mapping':
      return {
        ...node,
        ...place,
        pairs: node.pairs.map((pair) => ({
          ...pair,
          key: placeAt(pair.key, file, place),
          value: placeAt(pair.value, file, place),
        })),
      };
  }
}
