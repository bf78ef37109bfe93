import type { CancellationToken } from '../base/awaitable.ts';
import { isInside, joinPath, relativePath } from '../base/path.ts';
import type { ReadChart } from '../sources/chartUnit.ts';
import { describeObstacle, readChart, readTemplates } from '../sources/helm/chart.ts';
import { type RenderSettings, toCacheKey } from '../sources/helm/renderRequest.ts';
import type { ChartVariant, RenderedVariants } from './chartBuilds.ts';
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
  const lines = renderedCharts.flatMap(({ folder, units, offeredValues }) => {
    const offer = offeredValues.map((file) => relativePath(folder, file)).join(', ');
    return [
      ...units.map(({ label, index, open }) => `${label}: ${open ?? `rendered, ${index.size} objects`}`),
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

/** Of one chart; a larger one is not rendered. */
const MAX_FILES = 2000;
const MAX_FILE_BYTES = 4 << 20;

const IGNORED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

function isConcerned(chart: string, { root }: WorkspaceFolder, { paths, settings }: RenderOptions): boolean {
  if (paths === undefined) return true;
  const values = variantsOf(chart, '', root, settings).flatMap(({ valuesFiles }) => valuesFiles);
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
  const files = await readFolder(host, chart);
  const shape = files && readChart(chart, files);
  if (files === undefined || shape === undefined || shape.isLibrary) return folder.forgetChart(chart);
  const read: ReadChart = { chart: shape, files, templates: readTemplates(shape, files) };
  const variants = variantsOf(chart, shape.name, folder.root, settings);
  const valuesFiles = variants.flatMap((variant) => variant.valuesFiles);
  const contents: (readonly [string, string])[] = [];
  for (const file of new Set([...files.keys(), ...valuesFiles]))
    contents.push([file, await fingerprint(host, file, files.get(file) ?? (await textOf(host, file)))]);
  const requests = variants.map((variant) => ({ variant, request: toRequest(chart, variant, settings) }));
  const key = requests.map(({ request }) => toCacheKey(request, program, contents)).join(' ');
  if (folder.chartKey(chart) === key) return false;
  const obstacle = describeObstacle(shape);
  const rendered: { variant: ChartVariant; result: RenderedVariants['variants'][number]['result'] }[] = [];
  for (const { variant, request } of requests) {
    if (obstacle !== undefined) {
      rendered.push({ variant, result: { obstacle } });
      continue;
    }
    const outcome = await cancellable(helm.render(program, request), token);
    if ('cancelled' in outcome) return false;
    rendered.push({ variant, result: outcome });
  }
  folder.takeChart({ read, variants: rendered, key }, (path, text) => (openText(path) ?? text) !== text);
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

function toRequest(
  chartFolder: string,
  { release, namespace, valuesFiles }: ChartVariant,
  { kubernetesVersion }: Settings,
): RenderSettings {
  return { chartFolder, release, namespace, valuesFiles, kubernetesVersion };
}

/** The chart by itself, and with the values of each environment that names it. */
function variantsOf(chart: string, name: string, root: string, settings: Settings): readonly ChartVariant[] {
  const namespace = settings.defaultNamespace || 'default';
  const own = { release: toRelease(name), namespace, valuesFiles: [], environment: undefined };
  const environments = settings.environments.flatMap((environment) =>
    (environment.charts ?? [])
      .filter(({ path }) => joinPath(root, path) === chart)
      .map(({ values = [], release = environment.name }) => ({
        release: toRelease(release),
        namespace: environment.namespace ?? namespace,
        valuesFiles: values.map((file) => joinPath(root, file)).filter((file) => isInside(root, file)),
        environment: environment.name,
      })),
  );
  return [own, ...environments];
}

/** Helm refuses other names of releases. */
function toRelease(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 53)
    .replaceAll(/^-|-$/g, '');
  return words === '' ? 'release' : words;
}

/** All files of a chart; `undefined` where they are too many, or cannot be listed. */
async function readFolder(host: Host, chart: string): Promise<Map<string, string | undefined> | undefined> {
  const files = new Map<string, string | undefined>();
  const folders = [chart];
  try {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const { name, kind } of await host.readDirectory(folder)) {
        const path = joinPath(folder, name);
        const isFolder = kind === 'folder';
        if (isFolder && !IGNORED_FOLDERS.has(name)) folders.push(path);
        if (!isFolder) files.set(path, await textOf(host, path));
        if (files.size > MAX_FILES) return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return files;
}

async function textOf(host: Host, path: string): Promise<string | undefined> {
  const content = await host.readFile(path, MAX_FILE_BYTES);
  return 'text' in content ? content.text : undefined;
}

/** What changes when a file does: its text, and of one that is no text its size and place on the disk. */
async function fingerprint(host: Host, path: string, text: string | undefined): Promise<string> {
  if (text !== undefined) return text;
  const stat = await host.stat(path);
  return stat === undefined ? 'missing' : `${stat.size} ${stat.id}`;
}
