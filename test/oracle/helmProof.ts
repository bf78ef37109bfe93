import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Chart, type ChartFiles, readChart, readTemplates } from '../../server/src/core/sources/helm/chart.ts';
import { createSourceFinder } from '../../server/src/core/sources/helm/chartSources.ts';
import { mapRendered, type RenderedChart } from '../../server/src/core/sources/helm/mapRendered.ts';
import type { RenderFailure } from '../../server/src/core/sources/helm/renderFailure.ts';
import type { OriginNode, OriginScalar } from '../../server/src/core/sources/origin.ts';
import { renderChart } from '../../server/src/main/helm.ts';

export interface ChartOnDisk {
  readonly chart: Chart;
  readonly files: ChartFiles;
}

export interface Rendering extends ChartOnDisk {
  readonly rendered: RenderedChart;
}

export interface Proof {
  /** Scalars whose text was replaced in the template and came out replaced. */
  readonly proven: number;
  readonly wrong: readonly string[];
}

export function readChartFolder(folder: string): ChartOnDisk | undefined {
  const files = new Map<string, string | undefined>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    files.set(file, bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8'));
  }
  const chart = readChart(folder, files);
  return chart && { chart, files };
}

/** Renders a chart with the real helm and maps what it prints. */
export async function renderFolder(
  helm: string,
  { chart, files }: ChartOnDisk,
  valuesFiles: readonly string[] = [],
): Promise<Rendering | RenderFailure> {
  const settings = {
    release: 'rel',
    namespace: 'shop',
    kubernetesVersion: '1.35',
    chartFolder: chart.folder,
    valuesFiles,
    values: [],
    parameters: [],
  };
  const result = await renderChart(helm, settings);
  if (!('output' in result)) return 'failure' in result ? result.failure : { message: 'cancelled', at: undefined };
  const rendered = mapRendered({
    output: result.output,
    findFile: createSourceFinder(chart, files),
    templates: readTemplates(chart, files),
    wanted: (text) => !/^kind: CustomResourceDefinition/m.test(text),
  });
  return { chart, files, rendered };
}

/**
 * Proves that exact places are exact: replaces the text at all of them by words of their own, renders again, and compares. What
 * was replaced must show its word, all else must be as before.
 */
export async function proveExactPlaces(helm: string, rendering: Rendering): Promise<Proof> {
  const words = new Map<string, string>();
  const places = new Map<string, { readonly start: number; readonly end: number; readonly text: string }[]>();
  for (const { root } of rendering.rendered.objects) {
    visitScalars(root, '', (node, at) => {
      if (!mayReplace(node, at) || words.has(idOf(node))) return;
      const word = `kf${words.size}word`;
      words.set(idOf(node), word);
      const quote = node.style === 'single' ? "'" : node.style === 'double' ? '"' : '';
      const list = places.get(node.origin?.file ?? '') ?? [];
      list.push({ start: node.start, end: node.end, text: quote + word + quote });
      places.set(node.origin?.file ?? '', list);
    });
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'kubefathom-proof-'));
  try {
    const folder = path.join(scratch, path.basename(rendering.chart.folder));
    cpSync(rendering.chart.folder, folder, { recursive: true });
    for (const [file, list] of places) {
      let text = rendering.files.get(file) ?? '';
      for (const { start, end, text: word } of list.toSorted((a, b) => b.start - a.start))
        text = text.slice(0, start) + word + text.slice(end);
      writeFileSync(path.join(folder, path.relative(rendering.chart.folder, file)), text);
    }
    const changed = readChartFolder(folder);
    const again = changed && (await renderFolder(helm, changed));
    if (again === undefined || !('rendered' in again))
      return { proven: 0, wrong: [`not rendered again: ${again?.message}`] };
    return compare(rendering.rendered, again.rendered, words);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function compare(before: RenderedChart, after: RenderedChart, words: ReadonlyMap<string, string>): Proof {
  let proven = 0;
  const wrong: string[] = [];
  for (const [index, object] of before.objects.entries()) {
    const now = byPath(after.objects[index]?.root);
    for (const [at, node] of byPath(object.root)) {
      const word = mayReplace(node, at) ? words.get(idOf(node)) : undefined;
      const found = now.get(at)?.text;
      if (found === (word ?? node.text)) proven += word === undefined ? 0 : 1;
      else if (word !== undefined || !/^[0-9a-f]{40,}$/.test(found ?? ''))
        wrong.push(`${object.file} ${at}: ${word ?? node.text} expected, ${found} found`);
    }
  }
  return { proven, wrong };
}

/** Of keys that stand twice the last. */
function byPath(root: OriginNode | undefined): ReadonlyMap<string, OriginScalar> {
  const found = new Map<string, OriginScalar>();
  if (root !== undefined) visitScalars(root, '', (node, at) => found.set(at, node));
  return found;
}

/** What Helm itself reads, and sorts by, stays; so does what is written over several lines. */
function mayReplace(node: OriginScalar, at: string): boolean {
  if (node.origin?.exact !== true || node.start === node.end || at.endsWith('#')) return false;
  if (node.style === 'literal' || node.style === 'folded' || node.text.includes('\n')) return false;
  return (
    !/^\/(?:apiVersion|kind|items\/|metadata\/(?:name|namespace|annotations\/helm\.sh.*))$/.test(at) &&
    node.value !== null
  );
}

function idOf({ origin, start, end }: OriginScalar): string {
  return `${origin?.file}:${start}:${end}`;
}

/** Keys are told with a `#` behind their path. */
export function visitScalars(node: OriginNode, at: string, visit: (node: OriginScalar, at: string) => void): void {
  if (node.kind === 'scalar') visit(node, at);
  else if (node.kind === 'sequence')
    for (const [index, item] of node.items.entries()) visitScalars(item, `${at}/${index}`, visit);
  else {
    for (const { key, value } of node.pairs) {
      const below = `${at}/${key.kind === 'scalar' ? key.text : '?'}`;
      visitScalars(key, `${below}#`, visit);
      visitScalars(value, below, visit);
    }
  }
}
