import type { Span } from '../../base/span.ts';
import { findPair, isNull } from '../../yaml/node.ts';
import type { Accumulator, BuildRemark, Layer } from './context.ts';

/** Notes a line that does nothing, unless what is not known may be what it is for. */
export function remarkIdle(
  { open, resources }: Accumulator,
  { build, file }: Pick<Layer, 'build' | 'file'>,
  { start, end }: Span,
  message: string,
): void {
  if (open || resources.some(({ opaque }) => opaque)) return;
  build.remarks.push({ code: 'no-effect', file, start, end, message });
}

/** Fields that `kustomize edit fix` rewrites, by what takes their place. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  bases: 'resources',
  commonLabels: 'labels',
  helmChartInflationGenerator: 'helmCharts',
  imageTags: 'images',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
  vars: 'replacements',
};

export function remarkDeprecated({ build, file, root }: Layer): void {
  for (const [name, instead] of Object.entries(SUCCESSORS)) {
    const pair = findPair(root, name);
    if (pair === undefined || isNull(pair.value)) continue;
    const { start, end } = pair.key;
    const message = `\`${name}\` is deprecated: ${HOW[name] ?? `\`${instead}\` takes the same entries`}`;
    const remark: BuildRemark = { code: 'deprecated', file, start, end, message, replaces: { field: name, instead } };
    build.remarks.push(remark);
  }
}

const HOW: Readonly<Record<string, string>> = {
  commonLabels: '`labels` with `includeSelectors: true` does the same',
  helmChartInflationGenerator: '`helmCharts` names the chart and its repository directly',
  patchesStrategicMerge: '`patches` takes each as `path` or `patch`',
  vars: '`replacements` copies values without placeholders in the objects',
};
