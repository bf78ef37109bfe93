import { joinPath } from '../../base/path.ts';
import type { ChartVariant } from '../helm/renderRequest.ts';
import type { HelmSource } from './deployment.ts';
import { jsonOf } from './fields.ts';

/** How Helm is to be asked for what a deployment makes of a chart, or why that cannot be had. */
export type Release = { readonly variant: ChartVariant } | { readonly obstacle: string };

/** `defaultNamespace`: where the deployment names none. */
export function planRelease(source: HelmSource, defaultNamespace: string): Release {
  const { chart, releaseName, namespace, valueFiles, withoutChartValues, values, parameters } = source;
  if (!isReleaseName(releaseName)) return { obstacle: `helm takes no release with the name \`${releaseName}\`` };
  if (withoutChartValues && !valueFiles.includes(joinPath(chart, 'values.yaml')))
    return { obstacle: 'Flux leaves out the `values.yaml` of the chart' };
  return {
    variant: {
      release: releaseName,
      namespace: namespace ?? defaultNamespace,
      valuesFiles: valueFiles,
      values: values.map(jsonOf),
      parameters: parameters.map((parameter) => ({ ...parameter, value: escapeCommas(parameter.value) })),
    },
  };
}

/** Helm refuses other names of releases. */
export function toReleaseName(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 53)
    .replaceAll(/^-|-$/g, '');
  return words === '' ? 'release' : words;
}

/** A name that Helm takes (helm.sh/helm, pkg/chart/common/util/validate_name.go), and that is no option to it. */
function isReleaseName(name: string): boolean {
  return name.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}

/** A parameter is one value: both tools keep Helm from reading its commas as the ends of values. */
function escapeCommas(value: string): string {
  return value.replaceAll(/(?<!\\),/g, '\\,');
}
