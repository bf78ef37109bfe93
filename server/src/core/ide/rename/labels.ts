import { isRuntimeLabel, sameNamespace } from '../../cluster/selection.ts';
import type { Requirement } from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { labelKeyFault, labelValueFault } from '../../k8s/validity.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Mention, Subject } from './mention.ts';
import { type CarrierKind, holdsFor, labelsField, labelsOf, selectorsIn, type UnitSelector } from './selectors.ts';

export interface LabelPair {
  readonly key: string;
  readonly value: string;
}

/** A pair of key and value on Pods or Services, with all selectors that take what has it by it. */
export function labelSubject(kind: CarrierKind, from: LabelPair, to: LabelPair): Subject {
  return {
    mentionsIn: (unit) => mentionsOf(unit, kind, from),
    fault: faultOf(to),
    conflict: (unit, group) => conflictOf(unit, kind, group, from, to),
  };
}

function mentionsOf(unit: Unit, kind: CarrierKind, { key, value }: LabelPair): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const resource of carriersIn(unit, kind)) {
    const entry = labelsOf(resource).findLast((each) => each.key.value === key);
    if (entry?.value?.value !== value) continue;
    mentions.push({
      resource,
      side: 'bears',
      span: entry.value,
      says: value,
      key: entry.key,
      field: labelsField(resource),
    });
  }
  for (const each of selectorsIn(unit, kind)) {
    let leaf: boolean | undefined;
    for (const requirement of each.selector.requirements) {
      const written = requirement.key.value === key && requirement.values.find((one) => one.value === value);
      if (!written) continue;
      leaf ??= takesNothing(unit, kind, each);
      const isLeaf = leaf;
      mentions.push({
        resource: each.holder,
        side: 'refers',
        span: written,
        says: value,
        key: requirement.key,
        requirement,
        field: each.field,
        leaf,
        means: ({ resource }) => (isLeaf ? each.looksAt(resource) !== 'no' : asksFor(each, resource, key)),
      });
    }
  }
  return mentions;
}

function takesNothing(unit: Unit, kind: CarrierKind, { selector, looksAt }: UnitSelector): boolean {
  for (const carrier of carriersIn(unit, kind)) {
    const isTaken = selector.requirements.every((each) => holdsFor(each, carrier) !== 'no');
    if (isTaken && looksAt(carrier) !== 'no') return false;
  }
  return true;
}

/** Whether a selector takes a carrier as far as other labels decide. */
function asksFor({ selector, looksAt }: UnitSelector, carrier: Resource, key: string): boolean {
  if (looksAt(carrier) === 'no') return false;
  return selector.requirements.every((each) => each.key.value === key || holdsFor(each, carrier) !== 'no');
}

function carriersIn({ index }: Unit, kind: CarrierKind): Iterable<Resource> {
  return kind === 'pods' ? index.ofType('workload') : index.ofType('service');
}

function faultOf({ key, value }: LabelPair): string | undefined {
  const keyFault = labelKeyFault(key);
  if (keyFault !== undefined) return `The label key \`${key}\` ${keyFault}.`;
  const valueFault = labelValueFault(value);
  if (valueFault !== undefined) return `The label value \`${value}\` ${valueFault}.`;
  return isRuntimeLabel(key) ? `The label \`${key}\` is written by controllers, not by manifests.` : undefined;
}

function conflictOf(
  unit: Unit,
  kind: CarrierKind,
  group: readonly Mention[],
  from: LabelPair,
  to: LabelPair,
): string | undefined {
  const bearers = group.filter(({ side }) => side === 'bears').map(({ resource }) => resource);
  const custom = bearers.find((resource) => resource.type === 'workload' && resource.maker === 'custom');
  if (custom !== undefined)
    return `${describeResource(custom)} is of a kind of which only the Pod template is known: it may say \`${from.key}\` in other places too.`;
  const double = group.find(({ resource }) =>
    resource.faults.some((fault) => fault.code === 'duplicate-key' && fault.key === from.key),
  );
  if (double !== undefined)
    return `${describeResource(double.resource)} has the key \`${from.key}\` twice in one place: only one of them counts, and one has to go first.`;
  const isNewKey = from.key !== to.key;
  return (
    mergeOf(unit, kind, bearers, group, to) ??
    askedAlready(unit, kind, bearers, to, isNewKey) ??
    (isNewKey ? keyConflict(unit, kind, bearers, group, from, to) : undefined)
  );
}

/** Others that have the new pair where the group is. */
function mergeOf(
  unit: Unit,
  kind: CarrierKind,
  bearers: readonly Resource[],
  group: readonly Mention[],
  to: LabelPair,
): string | undefined {
  const referrers = group.filter(({ side }) => side === 'refers');
  for (const mention of mentionsOf(unit, kind, to)) {
    if (mention.side !== 'bears') continue;
    const isBeside = bearers.some(({ namespace }) => sameNamespace(namespace, mention.resource.namespace) !== 'no');
    if (isBeside || referrers.some(({ means }) => means?.(mention) === true))
      return `\`${to.key}=${to.value}\` is a label of ${describeResource(mention.resource)} already: the two groups would become one.`;
  }
  return undefined;
}

/** Selectors that speak of the new pair, or of the new key, and would look at the group. */
function askedAlready(
  unit: Unit,
  kind: CarrierKind,
  bearers: readonly Resource[],
  { key, value }: LabelPair,
  isNewKey: boolean,
): string | undefined {
  for (const each of selectorsIn(unit, kind)) {
    const speaks = ({ key: own, values }: Requirement) =>
      own.value === key && (isNewKey || values.some((one) => one.value === value));
    if (!each.selector.requirements.some(speaks)) continue;
    if (bearers.some((bearer) => asksFor(each, bearer, key)))
      return `${describeResource(each.holder)} speaks of \`${key}${isNewKey ? '' : `=${value}`}\` already: it would mean other ${kind === 'pods' ? 'Pods' : 'Services'} than before.`;
  }
  return undefined;
}

function keyConflict(
  unit: Unit,
  kind: CarrierKind,
  bearers: readonly Resource[],
  group: readonly Mention[],
  from: LabelPair,
  to: LabelPair,
): string | undefined {
  const taken = bearers.find((bearer) => labelsOf(bearer).some(({ key }) => key.value === to.key));
  if (taken !== undefined) return `${describeResource(taken)} has a label \`${to.key}\` already.`;
  for (const { resource, requirement } of group) {
    if (requirement !== undefined && (requirement.operator !== 'In' || requirement.values.length !== 1))
      return `${describeResource(resource)} asks \`${from.key}\` for more than \`${from.value}\`: the key cannot change for this value alone.`;
  }
  for (const each of selectorsIn(unit, kind)) {
    const byKey = each.selector.requirements.some(({ key, operator }) => key.value === from.key && operator !== 'In');
    if (byKey && bearers.some((bearer) => asksFor(each, bearer, from.key)))
      return `${describeResource(each.holder)} asks the label \`${from.key}\` for more than \`${from.value}\`: the key cannot change for this value alone.`;
  }
  return undefined;
}
