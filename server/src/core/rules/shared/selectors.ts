import type { NearMiss } from '../../cluster/nearMiss.ts';
import type { Field } from '../../k8s/field.ts';
import { labelsText, type Requirement, requirementText } from '../../k8s/labels.ts';
import { describeResource, headSpan } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import { type Fix, type Related, replaceScalar } from '../rule.ts';

/**
 * "no workload has the label `app=wbe`, so …; `Deployment/web` has `app=web`", or where something else may have it: "no
 * manifest here shows a workload with the label …".
 */
export function nearMissMessage(
  { workload, requirement, differs, actual }: NearMiss,
  consequence: string,
  isSure: boolean,
): string {
  const key = differs === 'key' ? actual.value : requirement.key.value;
  const value = differs === 'key' ? (requirement.values[0]?.value ?? '') : actual.value;
  return `${describeMissingLabel(requirement, consequence, isSure)}; \`${describeResource(workload)}\` has \`${key}=${value}\``;
}

/** "no workload has the label `app=wbe`, so …", or the same as far as manifests show it. */
export function describeMissingLabel(requirement: Requirement, consequence: string, isSure: boolean): string {
  const [value, another] = requirement.values;
  const isOneLabel = requirement.operator === 'In' && value !== undefined && another === undefined;
  const label = `\`${isOneLabel ? `${requirement.key.value}=${value.value}` : requirementText(requirement)}\``;
  return isSure
    ? `no workload has the label ${label}, ${consequence}`
    : `no manifest here shows a workload with the label ${label}`;
}

/** Writes what the near workload has. */
export function nearMissFix(file: string, { requirement, differs, actual }: NearMiss): Fix {
  const [value] = requirement.values;
  if (differs === 'key' || value === undefined) {
    const { start, end } = requirement.key;
    return {
      title: `Change \`${requirement.key.value}\` to \`${actual.value}\``,
      safe: false,
      edits: [{ file, edit: { kind: 'replace-key', span: { start, end }, value: actual.value } }],
    };
  }
  return {
    title: `Change \`${value.value}\` to \`${actual.value}\``,
    safe: false,
    edits: [replaceScalar(file, value, actual.value)],
  };
}

/** Points at the labels of a workload's Pods. */
export function labelsRelated(workload: Workload): Related {
  const { labels } = workload.template;
  const [first] = labels?.entries ?? [];
  const { start, end } = first?.value ?? first?.key ?? headSpan(workload);
  const text = labels === undefined || labels.entries.length === 0 ? 'no labels' : `\`${labelsText(labels)}\``;
  return { file: workload.file, start, end, message: `the Pods of \`${describeResource(workload)}\` have ${text}` };
}

/** ` in namespace \`shop\``, or nothing where no namespace is written. */
export function describeNamespace(namespace: Field<string>): string {
  return namespace?.value === undefined ? '' : ` in namespace \`${namespace.value}\``;
}
