import { matchWorkload, sameNamespace } from '../cluster/selection.ts';
import type { LabelSelector, Ternary } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import { selectsPods } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { nearby } from './context.ts';
import { selectsWorkload } from './policyFacts.ts';

/** Something that selects a workload's Pods. */
export interface Selecting {
  readonly resource: Resource;
  /** `undefined`: every Pod of the namespace. */
  readonly selector: LabelSelector | undefined;
  readonly verdict: Ternary;
}

/** Services, policies and disruption budgets of the unit that select, or may select, a workload's Pods. */
export function findSelecting(workload: Workload, unit: Unit): readonly Selecting[] {
  const found: Selecting[] = [];
  for (const service of unit.index.ofType('service')) {
    if (service.selector === undefined || !selectsPods(service)) continue;
    add(service, service.selector);
  }
  for (const budget of unit.index.ofType('disruptionBudget'))
    if (budget.selector !== undefined) add(budget, budget.selector);
  for (const policy of unit.index.ofType('networkPolicy')) {
    const verdict = selectsWorkload(policy, workload);
    if (verdict !== 'no') found.push({ resource: policy, selector: policy.podSelector, verdict });
  }
  const near = [...new Set(found.map(({ resource }) => resource.type))].flatMap((type) =>
    nearby(
      workload,
      found.map(({ resource }) => resource).filter((resource) => resource.type === type),
      unit,
    ),
  );
  return found.filter(({ resource }) => near.includes(resource));

  function add(resource: Resource, selector: LabelSelector): void {
    const near = sameNamespace(resource.namespace, workload.namespace);
    const matched = near === 'no' ? 'no' : matchWorkload(selector, workload);
    if (matched === 'no') return;
    found.push({
      resource,
      selector,
      verdict: near === 'yes' && matched === 'yes' && !resource.opaque ? 'yes' : 'unknown',
    });
  }
}
