import { findValue, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readList, readString } from './field.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';

/** Other Pods that a Pod names: to be near or far from them, or to be spread among them. */
export interface PodTerm {
  readonly from: 'podAffinity' | 'podAntiAffinity' | 'topologySpreadConstraints';
  readonly selector: LabelSelector;
  /** Where it looks beside its own namespace; both absent: only there. */
  readonly namespaces: readonly Field<string>[];
  readonly namespaceSelector: LabelSelector | undefined;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** One for all: most Pods name no others. */
const NONE: readonly PodTerm[] = [];

/** Reads the selectors of Pods in `affinity` and `topologySpreadConstraints` of a Pod's spec. */
export function readPodTerms(spec: YamlNode | undefined, context: ReadContext): readonly PodTerm[] {
  const affinity = findValue(spec, 'affinity');
  const spread = findValue(spec, 'topologySpreadConstraints');
  if (affinity === undefined && spread === undefined) return NONE;
  const quiet: ReadContext = { ...context, faults: [] };
  const itemsOf = (node: YamlNode | undefined) => readList(node, quiet)?.items ?? [];
  const terms: PodTerm[] = [];
  for (const from of ['podAffinity', 'podAntiAffinity'] as const) {
    const rules = findValue(affinity, from);
    const preferred = itemsOf(findValue(rules, PREFERRED)).map((item) => findValue(item, 'podAffinityTerm'));
    for (const term of [...itemsOf(findValue(rules, REQUIRED)), ...preferred]) addTerm(terms, from, term, quiet);
  }
  for (const constraint of itemsOf(spread)) addTerm(terms, 'topologySpreadConstraints', constraint, quiet);
  return terms.length === 0 ? NONE : terms;
}

function addTerm(terms: PodTerm[], from: PodTerm['from'], node: YamlNode | undefined, context: ReadContext): void {
  const selector = readLabelSelector(findValue(node, 'labelSelector'), context.intern);
  if (selector === undefined) return;
  const namespaces = readList(findValue(node, 'namespaces'), context)?.items ?? [];
  terms.push({
    from,
    selector,
    namespaces: namespaces.map((item) => readString(item, context)),
    namespaceSelector: readLabelSelector(findValue(node, 'namespaceSelector'), context.intern),
  });
}
