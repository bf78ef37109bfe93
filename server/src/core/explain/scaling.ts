import { findNearest } from '../base/editDistance.ts';
import { lookUp, nearestTo } from '../cluster/lookup.ts';
import { findNearMiss } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import type { HorizontalPodAutoscaler } from '../k8s/autoscaler.ts';
import type { PodDisruptionBudget } from '../k8s/disruptionBudget.ts';
import { selectorText } from '../k8s/labels.ts';
import { builtInMaker, replicasOf, type Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import {
  autoscalerOf,
  type ExplainContext,
  groupByName,
  kubectl,
  linkGroup,
  linkResource,
  linkSome,
  nearby,
  plural,
  podCount,
  shellName,
  shellSelector,
  titleOf,
} from './context.ts';
import { code } from './link.ts';
import { nearMissLine, opaqueVerdict } from './serviceFacts.ts';

/** What a HorizontalPodAutoscaler scales. */
export function explainAutoscaler(scaler: HorizontalPodAutoscaler, context: ExplainContext): Card {
  const { settings } = context;
  const kind = scaler.target?.kind?.value;
  const name = scaler.target?.name?.value;
  const found = kind === undefined || name === undefined ? [] : targetsOf(scaler, kind, name, context);
  const least = scaler.minReplicas === undefined ? '1 (default)' : String(scaler.minReplicas.value ?? 'not decidable');
  const range = `between ${least} and ${scaler.maxReplicas?.value ?? 'not decidable'} Pods`;
  const here = found.length === 0 ? [range] : found.map((workload) => `scales ${linkResource(workload)}: ${range}`);
  for (const workload of found) {
    if (workload.replicas?.value !== undefined)
      here.push(
        `${linkResource(workload)} also writes \`replicas: ${workload.replicas.value}\`: each apply resets the number`,
      );
  }
  return {
    title: `${titleOf(scaler, settings)} · scales ${code(`${kind ?? '?'}/${name ?? '?'}`)}`,
    verdict: gravest([opaqueVerdict(scaler), targetVerdict(scaler, found, context)]),
    here,
    path: "metrics → autoscaler → the target's `replicas` → its controller → Pods → EndpointSlices",
    watch: [
      'the target is named by kind and name, in the same namespace',
      'utilisation targets need resource requests on the containers',
    ],
    verify: [
      `${kubectl(scaler, settings)} get hpa ${shellName(scaler.name)}`,
      `${kubectl(scaler, settings)} describe hpa ${shellName(scaler.name)}`,
    ],
    question: {
      ask: 'Does it select Pods by labels?',
      answer: 'No: it names a scalable object, whose own selector finds the Pods.',
    },
  };
}

function targetsOf(
  scaler: HorizontalPodAutoscaler,
  kind: string,
  name: string,
  { unit }: ExplainContext,
): readonly Workload[] {
  const workloads = unit.index
    .named(kind, name)
    .flatMap((resource) => (resource.type === 'workload' ? [resource] : []));
  return nearestTo(scaler, lookUp(workloads, scaler.namespace).here, unit);
}

function targetVerdict(scaler: HorizontalPodAutoscaler, found: readonly Workload[], { unit }: ExplainContext): Verdict {
  const kind = scaler.target?.kind?.value;
  const name = scaler.target?.name?.value;
  if (scaler.target === undefined) return problem('`scaleTargetRef` is missing: the API server refuses it');
  if (kind === undefined || name === undefined) return unknown('its target is not decidable');
  if (found.length > 0) return OK;
  const group = scaler.target.apiVersion?.value?.split('/')[0] ?? '';
  if (builtInMaker(group, kind) === undefined) return unknown(`${code(kind)} is no built-in kind`);
  const why = whyMoreMayExist(unit, scaler.namespace);
  if (why !== undefined) return unknown(`no manifest here shows ${code(`${kind}/${name}`)}, but ${why}`);
  const candidates = [...unit.index.ofType('workload')].filter(
    (workload) => workload.kind === kind && sameNamespace(workload.namespace, scaler.namespace) !== 'no',
  );
  const near = findNearest(name, candidates, (workload) => workload.name?.value ?? '');
  if (near !== undefined)
    return unknown(`no ${code(`${kind}/${name}`)} in these manifests; ${linkResource(near)} is near`);
  return unknown(`no manifest here shows ${code(`${kind}/${name}`)}`);
}

/** Which Pods a PodDisruptionBudget guards. */
export function explainBudget(budget: PodDisruptionBudget, context: ExplainContext): Card {
  const { settings, unit } = context;
  const { selector } = budget;
  const { matched: all, possible } =
    selector === undefined ? { matched: [], possible: [] } : selectWorkloads(unit.index, selector, budget.namespace);
  const matched = nearby(budget, all, unit);
  const text = selector === undefined ? '' : selectorText(selector);
  const isEverything = selector !== undefined && text === '';
  const here = groupByName(matched).map(
    (group) => `selector ${code(isEverything ? '{}' : text)} → ${linkGroup(group)}: ${podCount(group.first, unit)}`,
  );
  if (possible.length > 0)
    here.push(
      `${matched.length > 0 ? 'perhaps also' : `selector ${code(text)} → perhaps`} ${linkSome(possible)}: not decidable`,
    );
  here.push(...allowanceLines(budget, matched, context));
  const miss =
    matched.length === 0 && possible.length === 0 && selector !== undefined
      ? findNearMiss(unit.index, selector, budget.namespace, budget.file)
      : undefined;
  const why = whyMoreMayExist(unit, budget.namespace);
  const verdict: Verdict =
    matched.length > 0 || isEverything
      ? OK
      : selector === undefined
        ? unknown('without a selector it guards no Pod')
        : miss !== undefined && why === undefined
          ? unknown(`guards no Pod of these manifests; ${linkResource(miss.workload)} differs in one pair`)
          : unknown(
              possible.length > 0
                ? 'which Pods it guards is not decidable'
                : 'no manifest here has such Pods; they may come from elsewhere',
            );
  return {
    title: `${titleOf(budget, settings)} · guards ${isEverything ? 'every Pod of its namespace' : code(text)}`,
    verdict: gravest([opaqueVerdict(budget), verdict]),
    fault: miss === undefined ? [] : [nearMissLine(miss)],
    here,
    path: 'drain → eviction API → budget allows or refuses → Pod ends → its endpoints are withdrawn',
    watch: [
      'it limits evictions only: a crash, a deletion or a rollout does not ask',
      'a Pod under two budgets cannot be evicted at all',
    ],
    verify: [
      `${kubectl(budget, settings)} get pdb ${shellName(budget.name)}`,
      `${kubectl(budget, settings)} get pods${shellSelector(text)}`,
    ],
    question: { ask: 'Does it keep Pods alive?', answer: 'No: it makes voluntary evictions wait.' },
  };
}

function allowanceLines(
  budget: PodDisruptionBudget,
  matched: readonly Workload[],
  { unit }: ExplainContext,
): readonly string[] {
  const counts = matched.map((workload) =>
    autoscalerOf(workload, unit) === undefined ? replicasOf(workload) : undefined,
  );
  const known = counts.every((count) => count !== undefined);
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const { minAvailable, maxUnavailable } = budget;
  if (minAvailable !== undefined) {
    const value = minAvailable.value;
    if (typeof value !== 'number' || !known || matched.length === 0 || groupByName(matched).length < matched.length)
      return [`at least ${amountText(value)} available`];
    return [
      `at least ${value} of ${plural(total, 'Pod')} ${value === 1 ? 'stays' : 'stay'} available: ${value >= total ? 'no eviction is ever allowed' : `${total - value} may be evicted at a time`}`,
    ];
  }
  if (maxUnavailable === undefined)
    return ['neither `minAvailable` nor `maxUnavailable`: at least 1 Pod stays available'];
  const { value } = maxUnavailable;
  if (value === 0 || value === '0%') return ['at most 0 Pods may be unavailable: no eviction is ever allowed'];
  return [
    `at most ${typeof value === 'number' ? plural(value, 'Pod') : (value ?? 'a templated number of Pods')} may be unavailable at a time`,
  ];
}

/** `1 Pod stays`, `3 Pods stay`, `25% of the Pods stay`. */
function amountText(value: number | string | undefined): string {
  if (value === undefined) return 'a templated number of Pods stays';
  if (typeof value === 'number') return `${plural(value, 'Pod')} ${value === 1 ? 'stays' : 'stay'}`;
  return `${value} of the Pods stay`;
}
