import { basename, dirname, isInside, joinPath, relativePath } from '../../base/path.ts';
import { findValue, type YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import type { Place } from '../origin.ts';
import { createTemplateSet, type TemplateSet } from './templates.ts';

/** The files of a chart's folder by path; `undefined` for what is there but is no text (`charts/web-1.2.0.tgz`). */
export type ChartFiles = ReadonlyMap<string, string | undefined>;

/** The shape of a chart's folder. */
export interface Chart {
  readonly folder: string;
  readonly name: string;
  readonly version: string | undefined;
  /** A chart of `type: library` makes no objects of its own, and Helm refuses to render it. */
  readonly isLibrary: boolean;
  readonly dependencies: readonly Dependency[];
  /** `values.yaml`, where there is one. */
  readonly values: string | undefined;
  /** Values files that stand beside it, for further units: `values-prod.yaml`, `values.prod.yaml`, `ci/ha-values.yaml`. */
  readonly offeredValues: readonly string[];
  /** The files that may print objects; those that only define (`_helpers.tpl`) are in `partials`. */
  readonly templates: readonly string[];
  readonly partials: readonly string[];
  readonly crds: readonly string[];
  /** The charts that lie unpacked in `charts/`. */
  readonly subcharts: readonly Chart[];
}

export interface Dependency {
  readonly name: string;
  readonly alias: string | undefined;
  /** Its name in the list, and the file with the list. */
  readonly place: Place;
  /** Where its files are. Of a `missing` one Helm says so and renders nothing. */
  readonly state: 'folder' | 'packed' | 'missing';
}

/** Reads the shape of a chart. `undefined` where the folder holds no readable Chart.yaml. */
export function readChart(folder: string, files: ChartFiles): Chart | undefined {
  const text = files.get(joinPath(folder, 'Chart.yaml'));
  if (text === undefined) return undefined;
  const { root } = parseSingle(text);
  const name = textAt(root, 'name');
  if (name === undefined) return undefined;
  const own = [...files.keys()].filter((path) => isInside(folder, path)).sort();
  const inFolder = (part: string) => own.filter((path) => isInside(joinPath(folder, part), path));
  const [partials, templates] = partition(
    inFolder('templates').filter((path) => basename(path) !== 'NOTES.txt' && files.get(path) !== undefined),
    (path) => basename(path).startsWith('_'),
  );
  const subcharts = inFolder('charts')
    .filter((path) => basename(path) === 'Chart.yaml' && dirname(dirname(path)) === joinPath(folder, 'charts'))
    .filter((path) => !/^[._]/.test(basename(dirname(path))))
    .flatMap((path) => readChart(dirname(path), files) ?? []);
  const packed = inFolder('charts').filter((path) => path.endsWith('.tgz'));
  const valuesFile = joinPath(folder, 'values.yaml');
  return {
    folder,
    name,
    version: textAt(root, 'version'),
    isLibrary: textAt(root, 'type') === 'library',
    dependencies: readDependencies(folder, root, files, subcharts, packed),
    values: files.has(valuesFile) ? valuesFile : undefined,
    offeredValues: own.filter((path) => OFFERED_VALUES.test(relativePath(folder, path))),
    templates,
    partials,
    crds: inFolder('crds').filter((path) => /\.(?:ya?ml|json)$/.test(path)),
    subcharts,
  };
}

/** The templates of a chart and all that it brings along. */
export function readTemplates(chart: Chart, files: ChartFiles): TemplateSet {
  const texts = new Map<string, string>();
  const addAll = ({ templates, partials, subcharts }: Chart): void => {
    for (const path of [...templates, ...partials]) {
      const text = files.get(path);
      if (text !== undefined) texts.set(path, text);
    }
    subcharts.forEach(addAll);
  };
  addAll(chart);
  return createTemplateSet(texts);
}

/** Why a chart cannot be rendered as it lies there. */
export function describeObstacle({ name, isLibrary, dependencies }: Chart): string | undefined {
  if (isLibrary) return `\`${name}\` is a library: other charts use its definitions, it makes no objects itself`;
  const missing = dependencies.filter(({ state }) => state === 'missing');
  if (missing.length === 0) return undefined;
  const names = missing.map((dependency) => `\`${dependency.name}\``).join(', ');
  return `\`${name}\` needs ${names}, not in its \`charts\` folder; \`helm dependency build\` puts ${missing.length > 1 ? 'them' : 'it'} there`;
}

const OFFERED_VALUES = /^(?:values[-.][^/]+\.ya?ml|ci\/[^/]*-?values\.ya?ml)$/;

/** Charts of the first format (`apiVersion: v1`) list what they need in a file of their own. */
function readDependencies(
  folder: string,
  root: YamlNode | undefined,
  files: ChartFiles,
  subcharts: readonly Chart[],
  packed: readonly string[],
): readonly Dependency[] {
  const inChart = findValue(root, 'dependencies');
  const older = joinPath(folder, 'requirements.yaml');
  const requirements = inChart === undefined ? files.get(older) : undefined;
  const list = requirements === undefined ? inChart : findValue(parseSingle(requirements).root, 'dependencies');
  const file = requirements === undefined ? joinPath(folder, 'Chart.yaml') : older;
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item): readonly Dependency[] => {
    const name = textAt(item, 'name');
    if (name === undefined) return [];
    const { start, end } = findValue(item, 'name') ?? item;
    const isPacked = packed.some((path) => new RegExp(`^${escapePattern(name)}-v?\\d`).test(basename(path)));
    const state = subcharts.some((chart) => chart.name === name) ? 'folder' : isPacked ? 'packed' : 'missing';
    return [{ name, alias: textAt(item, 'alias'), place: { file, start, end }, state }];
  });
}

function escapePattern(text: string): string {
  return text.replaceAll(/[^\w-]/g, '\\$&');
}

function textAt(node: YamlNode | undefined, name: string): string | undefined {
  const found = findValue(node, name);
  return found?.kind === 'scalar' && found.value !== null ? found.text : undefined;
}

function partition<T>(list: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [list.filter(test), list.filter((item) => !test(item))];
}
