import type { CancellationToken } from '../base/awaitable.ts';
import { isInside, relativePath } from '../base/path.ts';
import type { ReadChart } from '../sources/chartUnit.ts';
import { toReleaseName } from '../sources/gitops/release.ts';
import { describeObstacle, readChart, readTemplates } from '../sources/helm/chart.ts';
import { type ChartVariant, toCacheKey, toContentKey } from '../sources/helm/renderRequest.ts';
import { type RenderedVariant, toVariantKey } from './chartBuilds.ts';
import { describeOutward, leadsOut, readChartFile, readChartFolder } from './chartFolder.ts';
import type { Settings } from './config.ts';
import type { WorkspaceFolder } from './folder.ts';
import type { HelmRunner, Host } from './host.ts';

export interface RenderOptions {
  readonly host: Host;
  readonly settings: Settings;
  /** Only charts that are made of one of these files; absent means all. */
  readonly paths?: readonly string[] | undefined;
  readonly token?: RenderToken | undefined;
  /** The text of an open document. */
  readonly openText: (path: string) => string | undefined;
}

/** Tells when nobody waits any more. Language server tokens have this shape. */
export interface RenderToken extends CancellationToken {
  readonly onCancellationRequested: (listener: () => void) => { dispose(): void };
}

/**
 * Renders the charts of a folder whose files, values or settings are others than when they were last rendered. Charts keep
 * their units until new ones are there. Returns whether any unit changed.
 */
export async function renderCharts(folder: WorkspaceFolder, options: RenderOptions): Promise<boolean> {
  const { settings } = options;
  const { helm } = options.host;
  const program = settings.helm.enable ? helm?.find(settings.helm.path) : undefined;
  let changed = false;
  if (helm === undefined || program === undefined) {
    for (const chart of folder.charts) changed = folder.forgetChart(chart) || changed;
    return changed;
  }
  const due = folder.charts.filter((chart) => isInside(folder.root, chart) && isConcerned(chart, folder, options));
  const work = async () => {
    for (let chart = due.shift(); chart !== undefined; chart = due.shift()) {
      if (options.token?.isCancellationRequested === true) return;
      changed = (await renderOne(folder, chart, helm, program, options)) || changed;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return changed;
}

/** For the log: what Helm made of each chart of a folder, or why it made nothing. */
export function describeCharts(
  { root, charts, renderedCharts }: WorkspaceFolder,
  { helm: { enable, path } }: Settings,
  helm: HelmRunner | undefined,
): readonly string[] {
  const lines = renderedCharts.flatMap(({ folder, unit: { label }, variants, offeredValues }) => {
    const offer = offeredValues.map((file) => relativePath(folder, file)).join(', ');
    return [
      ...variants.map(({ variant, build: { open, index } }, at) => {
        const name = at === 0 ? label : `${label} as ${variant.release}`;
        return `${name}: ${open ?? `rendered, ${index.size} objects`}`;
      }),
      ...(offer === '' ? [] : [`  with ${offer} it is a unit of its own where \`environments\` name the file`]),
    ];
  });
  if (charts.length === 0 || lines.length > 0) return lines;
  const program = path === '' ? 'there is no `helm` on the PATH' : `\`${path}\` is no program`;
  const why = !enable ? 'kubefathom.helm.enable is off' : helm === undefined ? 'the folder is not trusted' : program;
  return helm?.find(path) !== undefined && enable ? [] : [`${root}: charts are not rendered: ${why}`];
}

/** Programs that run at once: more would take the machine from the editor. */
const PARALLEL = 2;

/** Ways in which one chart is installed; of further ones nothing is known. */
const MAX_VARIANTS = 50;

function isConcerned(chart: string, folder: WorkspaceFolder, { paths, settings }: RenderOptions): boolean {
  if (paths === undefined) return true;
  const variants = variantsOf(chart, '', folder, settings).slice(1);
  const known = new Set(folder.renderedVariants(chart).map(({ variant }) => toVariantKey(variant)));
  if (variants.some((variant) => !known.has(toVariantKey(variant)))) return true;
  const values = variants.flatMap(({ valuesFiles }) => valuesFiles);
  return paths.some((path) => isInside(chart, path) || values.includes(path));
}

async function renderOne(
  folder: WorkspaceFolder,
  chart: string,
  helm: HelmRunner,
  program: string,
  options: RenderOptions,
): Promise<boolean> {
  const { host, settings, token, openText } = options;
  const found = await readChartFolder(host, folder.root, chart);
  const shape = found && readChart(chart, found.files);
  if (found === undefined || shape === undefined || shape.isLibrary) return folder.forgetChart(chart);
  const { files } = found;
  const read: ReadChart = { chart: shape, files, templates: readTemplates(shape, files) };
  const variants = variantsOf(chart, shape.name, folder, settings);
  const prints = new Map<string, string>();
  for (const file of new Set([...files.keys(), ...variants.flatMap(({ valuesFiles }) => valuesFiles)]))
    prints.set(file, await fingerprint(host, file, files.get(file) ?? (await readChartFile(host, file))));
  const contents = toContentKey([...files.keys()], prints);
  const known = folder.renderedVariants(chart);
  const obstacle = describeObstacle(shape);
  const rendered: RenderedVariant[] = [];
  for (const variant of variants) {
    const request = { ...variant, chartFolder: chart, kubernetesVersion: settings.kubernetesVersion };
    const values = toContentKey(variant.valuesFiles, prints);
    const outward = [...found.outward, ...variant.valuesFiles.filter((file) => leadsOut(host, folder.root, file))];
    const key = toCacheKey(request, program, [contents, values, ...outward]);
    if (known.some((other) => other.key === key)) rendered.push({ variant, key, result: { same: true } });
    else if (outward.length > 0) {
      const message = describeOutward(chart, outward);
      rendered.push({ variant, key, result: { failure: { message, at: undefined } } });
    } else if (obstacle !== undefined) rendered.push({ variant, key, result: { obstacle } });
    else {
      const result = await cancellable(helm.render(program, request), token);
      if ('cancelled' in result) return false;
      rendered.push({ variant, key, result });
    }
  }
  const isSame = rendered.length === known.length && rendered.every(({ result }) => 'same' in result);
  if (isSame) return false;
  folder.takeChart({ read, variants: rendered }, (path, text) => (openText(path) ?? text) !== text);
  return true;
}

/** Ends what makes a result when nobody wants it any more. */
async function cancellable<T>(
  { result, cancel }: { readonly result: Promise<T>; readonly cancel: () => void },
  token: RenderToken | undefined,
): Promise<T> {
  const listener = token?.onCancellationRequested(cancel);
  try {
    return await result;
  } finally {
    listener?.dispose();
  }
}

/** The chart by itself, and then as what is deployed installs it. */
function variantsOf(
  chart: string,
  name: string,
  folder: WorkspaceFolder,
  settings: Settings,
): readonly [ChartVariant, ...ChartVariant[]] {
  const namespace = settings.defaultNamespace || 'default';
  const own: ChartVariant = { release: toReleaseName(name), namespace, valuesFiles: [], values: [], parameters: [] };
  const releases = new Map(folder.releasesOf(chart).map((variant) => [toVariantKey(variant), variant]));
  return [own, ...[...releases.values()].slice(0, MAX_VARIANTS)];
}

/** What changes when a file does: its text, and of one that is no text its size and place on the disk. */
async function fingerprint(host: Host, path: string, text: string | undefined): Promise<string> {
  if (text !== undefined) return text;
  const stat = await host.stat(path);
  return stat === undefined ? 'missing' : `${stat.size} ${stat.id}`;
}
