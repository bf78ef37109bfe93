import { isInside, joinPath, relativePath } from '../base/path.ts';
import type { Host } from './host.ts';

/** The files of a chart's folder, as Helm would read them; `undefined` for what is no text. */
export interface ChartFolder {
  readonly files: ReadonlyMap<string, string | undefined>;
  /** Symbolic links that lead out of the workspace folder: Helm would follow them, so it is not to see the chart. */
  readonly outward: readonly string[];
}

/** Of one chart; a larger one is not read. */
const MAX_FILES = 2000;
const MAX_FILE_BYTES = 4 << 20;

const IGNORED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** Reads a chart in a workspace folder `root`; `undefined` where its files are too many, or cannot be listed. */
export async function readChartFolder(host: Host, root: string, chart: string): Promise<ChartFolder | undefined> {
  const files = new Map<string, string | undefined>();
  const outward = leadsOut(host, root, chart) ? [chart] : [];
  const folders = outward.length > 0 ? [] : [chart];
  const seen = new Set<string>();
  try {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const real = host.realPath?.(folder) ?? folder;
      if (seen.has(real)) continue;
      seen.add(real);
      for (const { name, kind } of await host.readDirectory(folder)) {
        const path = joinPath(folder, name);
        if (kind === 'link' && leadsOut(host, root, path)) {
          outward.push(path);
          continue;
        }
        const isFolder = kind === 'link' ? (await host.stat(path))?.kind === 'folder' : kind === 'folder';
        if (isFolder && !IGNORED_FOLDERS.has(name)) folders.push(path);
        if (!isFolder) files.set(path, await readChartFile(host, path));
        if (files.size > MAX_FILES) return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return { files, outward };
}

/** Whether what stands at a path lies elsewhere than in the workspace folder. */
export function leadsOut(host: Host, root: string, path: string): boolean {
  const real = host.realPath ?? ((given: string) => given);
  return !isInside(real(root), real(path));
}

/** Why a chart is not given to Helm, in words. */
export function describeOutward(chart: string, outward: readonly string[]): string {
  const [first = chart, ...others] = outward.map((path) => `\`${relativePath(chart, path) || '.'}\``);
  return others.length === 0
    ? `${first} is a symbolic link that leads out of the workspace folder`
    : `${first} and ${others.length} more symbolic links lead out of the workspace folder`;
}

export async function readChartFile(host: Host, path: string): Promise<string | undefined> {
  const content = await host.readFile(path, MAX_FILE_BYTES);
  return 'text' in content ? content.text : undefined;
}
