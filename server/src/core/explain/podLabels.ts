import { matchWorkload, selectWorkloads } from '../cluster/selection.ts';
import { type LabelSelector, selectorText } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import {
  type ExplainContext,
  groupByName,
  kubectl,
  linkGroup,
  linkSome,
  podsQuery,
  shellSelector,
  titleOf,
} from './context.ts';
import { code } from './link.ts';
import { findSelecting, type Selecting } from './selecting.ts';
import { opaqueVerdict } from './serviceFacts.ts';

/** Labels of a Pod template; with `key`, one of them. */
export function explainPodLabels(workload: Workload, key: string | undefined, context: ExplainContext): Card {
  const { settings } = context;
  const entry = workload.template.labels?.entries.find((candidate) => candidate.key.value === key);
  const pair =
    entry === undefined
      ? undefined
      : `${entry.key.value}${entry.value?.value === undefined ? '' : `=${entry.value.value}`}`;
  const selecting = findSelecting(workload, context.unit);
  const relevant = key === undefined ? selecting : selecting.filter(({ selector }) => usesKey(selector, key));
  const sure = relevant.filter(({ verdict }) => verdict === 'yes').map(({ resource }) => resource);
  const possible = relevant.filter(({ verdict }) => verdict === 'unknown').map(({ resource }) => resource);
  const here = groupByName(sure).map((group) => `selected by ${linkGroup(group)}${selectorOf(relevant, group.first)}`);
  if (possible.length > 0) here.push(`perhaps selected by ${linkSome(possible)}: not decidable`);
  if (key === undefined || usesKey(workload.selector, key)) here.push(...ownSelectorLine(workload));
  if (here.length === 0)
    here.push(
      key === undefined
        ? 'nothing in these manifests selects these Pods'
        : 'no selector in these manifests uses this label',
    );
  const own = workload.maker === 'Pod' ? '' : ', not those of the workload itself';
  return {
    title: `${titleOf(workload, settings)} · Pod label${pair === undefined ? 's' : ` ${code(pair)}`}`,
    verdict: gravest([
      opaqueVerdict(workload),
      ownSelectorVerdict(workload),
      entry !== undefined && entry.value === undefined ? unknown('the value is not decidable') : OK,
    ]),
    here,
    path: 'Pod label ← selector of a Service, policy or budget; a change moves the Pods out of what selects them at once',
    watch: [
      `Services, policies and budgets look at these labels${own}`,
      'controllers add labels at run time, such as `pod-template-hash` or `statefulset.kubernetes.io/pod-name`',
    ],
    verify: [
      `${kubectl(workload, settings)} get ${pair === undefined ? podsQuery(workload) : `pods${shellSelector(pair)}`} --show-labels`,
    ],
    question: {
      ask: 'What happens to traffic when this label changes on one running Pod?',
      answer:
        'The Pod leaves the Service at once; its controller, if its selector no longer takes the Pod, makes another.',
    },
  };
}

/** A workload's own selector. */
export function explainWorkloadSelector(workload: Workload, context: ExplainContext): Card {
  const { settings, unit } = context;
  const { selector } = workload;
  const text = selector === undefined ? '' : selectorText(selector);
  const here = [...ownSelectorLine(workload)];
  if (selector !== undefined) {
    const { matched } = selectWorkloads(unit.index, selector, workload.namespace);
    const others = matched.filter((other) => other !== workload && other.maker !== 'Pod');
    if (others.length > 0) here.push(`it also matches the templates of ${linkSome(others)}`);
    const bare = matched.filter((other) => other !== workload && other.maker === 'Pod');
    if (bare.length > 0) here.push(`bare Pods that it would adopt: ${linkSome(bare)}`);
  }
  return {
    title: `${titleOf(workload, settings)} · selector ${code(text)}`,
    verdict: gravest([opaqueVerdict(workload), ownSelectorVerdict(workload)]),
    here,
    path: 'template labels → Pods; the selector tells the controller which Pods are its own',
    watch: [
      'immutable in `apps/v1`: a change means deleting and creating the workload again',
      'it says nothing about traffic: a Service has a selector of its own',
    ],
    verify: [`${kubectl(workload, settings)} get pods${shellSelector(text)}`],
    question: {
      ask: 'Must it name every label of the template?',
      answer: 'No: the template must satisfy the selector, and may have more labels.',
    },
  };
}

function selectorOf(all: readonly Selecting[], resource: Resource): string {
  const selector = all.find((one) => one.resource === resource)?.selector;
  if (selector === undefined || (selector.requirements.length === 0 && !selector.open))
    return ' (every Pod of the namespace)';
  return ` (${code(selectorText(selector))})`;
}

function usesKey(selector: LabelSelector | undefined, key: string): boolean {
  return selector?.requirements.some((requirement) => requirement.key.value === key) ?? false;
}

/** Whether the workload's selector takes its own Pods, in words. */
export function ownSelectorLine(workload: Workload): readonly string[] {
  if (workload.selector === undefined) return [];
  const verdict = matchWorkload(workload.selector, workload);
  const text = code(selectorText(workload.selector));
  if (verdict === 'yes') return [`its own selector ${text} takes its Pods`];
  return [
    verdict === 'no'
      ? `its own selector ${text} does not take its Pods`
      : `whether its own selector ${text} takes its Pods is not decidable`,
  ];
}

/** Whether the API server takes a selector together with the template. */
export function ownSelectorVerdict(workload: Workload): Verdict {
  if (workload.selector === undefined || workload.maker === 'Job' || workload.maker === 'CronJob') return OK;
  const verdict = matchWorkload(workload.selector, workload);
  if (verdict === 'no')
    return problem('its selector does not take the labels of its own template: the API server refuses it');
  return verdict === 'yes' ? OK : unknown('whether its selector takes its own Pods is not decidable');
}
