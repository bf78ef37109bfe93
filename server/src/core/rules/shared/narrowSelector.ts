import { labelsText } from '../../k8s/labels.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Fix } from '../rule.ts';

/**
 * Adds a label to a Service's selector that all the `wanted` workloads have with one value, and none of the `unwanted`;
 * `undefined` where there is none.
 */
export function narrowSelectorFix(
  service: Service,
  wanted: readonly Workload[],
  unwanted: readonly Workload[],
): Fix | undefined {
  const { selector } = service;
  const [first] = wanted;
  if (selector === undefined || first === undefined || unwanted.some(({ template }) => template.labels?.open === true))
    return undefined;
  for (const { key, value } of first.template.labels?.entries ?? []) {
    if (value === undefined || selector.requirements.some((requirement) => requirement.key.value === key.value))
      continue;
    const isShared = wanted.every((workload) => labelOf(workload, key.value) === value.value);
    if (!isShared || unwanted.some((workload) => labelOf(workload, key.value) === value.value)) continue;
    const label = labelsText({ entries: [{ key, value }], open: false, start: 0, end: 0 });
    const { start, end } = selector;
    return {
      title: `Select \`${label}\` as well`,
      safe: false,
      edits: [
        {
          file: service.file,
          edit: { kind: 'insert-pair', mapping: { start, end }, key: key.value, value: quoted(value.value) },
        },
      ],
    };
  }
  return undefined;
}

function labelOf({ template }: Workload, key: string): string | undefined {
  return template.labels?.entries.find((entry) => entry.key.value === key)?.value?.value;
}

function quoted(value: string): string {
  return /^[A-Za-z][-A-Za-z0-9_.]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value)
    ? value
    : `'${value}'`;
}
