import { relativePath } from '../../base/path.ts';
import type { Chart, ChartFiles } from './chart.ts';
import type { SourceFileText } from './mapRendered.ts';

/**
 * Finds the files that Helm names in `# Source:` lines: a chart's name, then the path within it, and for subcharts `charts/` and
 * their names, or the aliases that the chart above gives them.
 */
export function createSourceFinder(
  chart: Chart,
  files: ChartFiles,
): (source: string) => SourceFileText | 'packed' | undefined {
  const byAddress = new Map<string, SourceFileText>();
  const addAll = (part: Chart, address: string): void => {
    const add = (path: string, verbatim: boolean): void => {
      const text = files.get(path);
      if (text !== undefined)
        byAddress.set(`${address}/${relativePath(part.folder, path)}`, { file: path, text, verbatim });
    };
    for (const path of part.templates) add(path, false);
    for (const path of part.crds) add(path, true);
    for (const subchart of part.subcharts) {
      const aliases = part.dependencies.flatMap(({ name, alias }) => (name === subchart.name ? (alias ?? []) : []));
      for (const name of [subchart.name, ...aliases]) addAll(subchart, `${address}/charts/${name}`);
    }
  };
  addAll(chart, chart.name);
  const inSubchart = `${chart.name}/charts/`;
  return (source) => byAddress.get(source) ?? (source.startsWith(inSubchart) ? 'packed' : undefined);
}
