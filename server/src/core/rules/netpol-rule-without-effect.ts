import type { Span } from '../base/span.ts';
import { policyWorldOf } from '../cluster/policyWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import {
  type Direction,
  isolates,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyPort,
  type PolicyRule,
} from '../k8s/networkPolicy.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';
import { coversPeer, coversPort, coversRule, coversSelector, isEveryone } from './shared/coveredRules.ts';

export const netpolRuleWithoutEffect = defineRule({
  id: 'netpol-rule-without-effect',
  types: ['networkPolicy'],
  severity: 'hint',
  reads: 'unit',
  summary: 'A rule, peer or port of a NetworkPolicy that allows only what the policy allows anyway',
  why: `The rules of a policy add up: a connection is allowed as soon as one of them allows it. What another rule of the same
direction covers with its peers and ports can go without any change in what gets through. A rule without peers and ports
(\`- {}\`) allows everything and makes all others idle, also those of other policies on the same Pods, which is rarely
meant.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
    - from:
        - podSelector: {}
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rule 1 allows all of this already
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 8080
    - from:
        - podSelector: {}
      ports:
        - port: 9090
`,
  *check(policy, { unit }) {
    for (const direction of ['ingress', 'egress'] as const) {
      const list = policy[direction];
      if (list === undefined || isolates(policy, direction) === false) continue;
      for (const [at, rule] of list.rules.entries()) {
        const finding = checkRule(policy, direction, rule, at);
        const idle = finding ?? checkBeside(policy, direction, rule, unit);
        if (idle !== undefined) yield idle;
        else yield* checkParts(policy, rule);
      }
    }
  },
});

function checkRule(policy: NetworkPolicy, direction: Direction, rule: PolicyRule, at: number): Finding | undefined {
  const rules = policy[direction]?.rules ?? [];
  // Of two that cover each other the first one stays.
  const covering = rules.findIndex(
    (other, index) => index !== at && coversRule(other, rule) && (index < at || !coversRule(rule, other)),
  );
  const other = rules[covering];
  if (other === undefined) return undefined;
  const effect = isEveryone(other)
    ? `rule ${covering + 1} allows everything`
    : `rule ${covering + 1} allows all of this already`;
  return finding(policy, rule, effect, other, 'Remove the rule');
}

/** Another policy that certainly isolates all of these Pods too, and lets everything through. */
function checkBeside(policy: NetworkPolicy, direction: Direction, rule: PolicyRule, unit: Unit): Finding | undefined {
  if (isEveryone(rule) || isolates(policy, direction) !== true) return undefined;
  for (const { policy: other, doubt } of policyWorldOf(unit).policiesIn(policy.namespace)) {
    if (other === policy || doubt !== undefined || isolates(other, direction) !== true) continue;
    if (sameNamespace(other.namespace, policy.namespace) !== 'yes') continue;
    if (areAppliedTogether(unit, policy, other) !== 'yes' || !coversSelector(other.podSelector, policy.podSelector))
      continue;
    const open = other[direction]?.rules.find(isEveryone);
    if (open === undefined) continue;
    const effect = `\`${describeResource(other)}\` allows everything ${direction === 'ingress' ? 'to' : 'from'} the same Pods`;
    const found = finding(policy, rule, effect, open, 'Remove the rule');
    return { ...found, related: [{ file: other.file, start: open.start, end: open.end, message: 'this covers it' }] };
  }
  return undefined;
}

/** Peers and ports that stand in their list twice, or beside a wider one. */
function* checkParts(policy: NetworkPolicy, { peers, ports }: PolicyRule): Iterable<Finding> {
  yield* checkList(policy, peers, coversPeer, 'Remove the peer', 'another peer of the rule takes all of this already');
  yield* checkList(policy, ports, coversPort, 'Remove the port', 'another port of the rule allows this already');
}

function* checkList<T extends PolicyPeer | PolicyPort>(
  policy: NetworkPolicy,
  items: readonly T[],
  covers: (wide: T, narrow: T) => boolean,
  title: string,
  message: string,
): Iterable<Finding> {
  for (const [at, item] of items.entries()) {
    const other = items.find((one, index) => index !== at && covers(one, item) && (index < at || !covers(item, one)));
    if (other !== undefined) yield finding(policy, item, message, other, title);
  }
}

function finding({ file }: NetworkPolicy, at: Span, message: string, other: Span, title: string): Finding {
  return {
    at: { start: at.start, end: at.end },
    message,
    tag: 'unnecessary',
    related: [{ file, start: other.start, end: other.end, message: 'this covers it' }],
    fixes: [
      { title, safe: false, edits: [{ file, edit: { kind: 'delete-item', item: { start: at.start, end: at.end } } }] },
    ],
  };
}
