import { matchNamespace } from '../../cluster/namespaces.ts';
import { peerScope } from '../../cluster/policySelection.ts';
import { matchPodRequirement, sameNamespace } from '../../cluster/selection.ts';
import type { PodTerm } from '../../k8s/affinity.ts';
import type { Field } from '../../k8s/field.ts';
import {
  type LabelEntry,
  type LabelSelector,
  matchRequirement,
  type Requirement,
  type Ternary,
} from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import { selectsPods } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';

/** Whose labels a selector asks for: those of Pods, or those of Services. */
export type CarrierKind = 'pods' | 'services';

/** A selector of labels in a unit, wherever it stands. */
export interface UnitSelector {
  readonly holder: Resource;
  readonly selector: LabelSelector;
  readonly field: readonly string[];
  /** Whether it looks where a carrier is, whatever its labels are. */
  readonly looksAt: (carrier: Resource) => Ternary;
}

/** Everything that selects Pods, or Services, by labels; with `only`, in one object. */
export function selectorsIn(unit: Unit, kind: CarrierKind, only?: Resource): readonly UnitSelector[] {
  const found: UnitSelector[] = [];
  for (const resource of only === undefined ? unit.index.all : [only]) {
    for (const each of kind === 'pods' ? podSelectors(unit, resource) : serviceSelectors(resource))
      if (each.selector.requirements.length > 0) found.push(each);
  }
  return found;
}

/** Whether one requirement holds for the labels of a carrier. */
export function holdsFor(requirement: Requirement, carrier: Resource): Ternary {
  if (carrier.type === 'workload') return matchPodRequirement(requirement, carrier);
  const labels = carrier.labels ?? { entries: [], open: false, start: 0, end: 0 };
  return carrier.opaque ? 'unknown' : matchRequirement(requirement, labels);
}

/** The labels of a workload's Pods, or of a Service. */
export function labelsOf(carrier: Resource): readonly LabelEntry[] {
  return (carrier.type === 'workload' ? carrier.template.labels : carrier.labels)?.entries ?? [];
}

/** The field that holds them. */
export function labelsField(carrier: Resource): readonly string[] {
  if (carrier.type !== 'workload' || carrier.maker === 'Pod') return ['metadata', 'labels'];
  return [...templateField(carrier), 'metadata', 'labels'];
}

/** The field that holds the Pod template. */
export function templateField({ maker }: Workload): readonly string[] {
  if (maker === 'Pod') return [];
  return maker === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}

function podSelectors(unit: Unit, resource: Resource): readonly UnitSelector[] {
  const near = (carrier: Resource) => sameNamespace(resource.namespace, carrier.namespace);
  const at = (selector: LabelSelector | undefined, field: readonly string[], looksAt = near) =>
    selector === undefined ? [] : [{ holder: resource, selector, field, looksAt }];
  switch (resource.type) {
    case 'service':
      return selectsPods(resource) ? at(resource.selector, ['spec', 'selector']) : [];
    case 'disruptionBudget':
      return at(resource.selector, ['spec', 'selector']);
    case 'networkPolicy': {
      const rules = [...(resource.ingress?.rules ?? []), ...(resource.egress?.rules ?? [])];
      const peers = rules.flatMap(({ peers: each }) => each);
      return [
        ...at(resource.podSelector, ['spec', 'podSelector']),
        ...peers.flatMap((peer) => {
          const scope = peerScope(unit, resource, peer);
          return at(peer.podSelector, ['spec'], (carrier) => scope(carrier.namespace));
        }),
      ];
    }
    case 'monitor': {
      if (resource.kind !== 'PodMonitor') return [];
      return at(resource.selector, ['spec', 'selector'], resource.namespaces.written ? () => 'unknown' : near);
    }
    case 'workload': {
      const selectorField =
        resource.maker === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'selector'] : ['spec', 'selector'];
      const isOwn = (carrier: Resource): Ternary => (carrier === resource ? 'yes' : 'no');
      return [
        ...(resource.maker === 'Pod' ? [] : at(resource.selector, selectorField, isOwn)),
        ...resource.template.podTerms.flatMap((term) =>
          at(term.selector, [...templateField(resource), 'spec', fieldOf(term)], (carrier) =>
            termLooksAt(unit, term, resource.namespace, carrier.namespace),
          ),
        ),
      ];
    }
    default:
      return [];
  }
}

function fieldOf({ from }: PodTerm): string {
  return from === 'topologySpreadConstraints' ? from : 'affinity';
}

function termLooksAt(unit: Unit, term: PodTerm, own: Field<string>, other: Field<string>): Ternary {
  const { namespaces, namespaceSelector } = term;
  if (namespaces.length === 0 && namespaceSelector === undefined) return sameNamespace(own, other);
  const verdicts = namespaces.map((name) => sameNamespace(name, other));
  if (namespaceSelector !== undefined) verdicts.push(matchNamespace(unit, namespaceSelector, other));
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unknown') ? 'unknown' : 'no';
}

function serviceSelectors(resource: Resource): readonly UnitSelector[] {
  if (resource.type !== 'monitor' || resource.kind !== 'ServiceMonitor' || resource.selector === undefined) return [];
  const { selector, namespaces } = resource;
  const looksAt = (carrier: Resource): Ternary =>
    namespaces.written ? 'unknown' : sameNamespace(resource.namespace, carrier.namespace);
  return [{ holder: resource, selector, field: ['spec', 'selector'], looksAt }];
}
