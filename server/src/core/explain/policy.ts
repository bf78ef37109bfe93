import { findNearMiss } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { selectorText } from '../k8s/labels.ts';
import { type Direction, isolates, type NetworkPolicy, type PolicyRule } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import {
  type ExplainContext,
  groupByName,
  kubectl,
  linkGroup,
  linkResource,
  linkSome,
  plural,
  podCount,
  shellSelector,
  titleOf,
} from './context.ts';
import { code } from './link.ts';
import { isolatingPolicies, selectByPolicy } from './policyFacts.ts';
import { policyPortProblems } from './policyPorts.ts';
import { isEmpty, ruleText } from './policyText.ts';
import { nearMissLine, opaqueVerdict } from './serviceFacts.ts';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** The policy as a whole. */
export function explainPolicy(policy: NetworkPolicy, context: ExplainContext): Card {
  const { lines, verdict } = describePods(policy, context);
  const here = [...lines.slice(0, 2), ...(lines.length > 2 ? [`${plural(lines.length, 'workload')} in all`] : [])];
  for (const direction of DIRECTIONS) here.push(...directionLines(policy, direction));
  return {
    title: `${titleOf(policy, context.settings)} · who may talk to whom`,
    verdict: gravest([
      opaqueVerdict(policy),
      typesVerdict(policy),
      ...DIRECTIONS.flatMap((direction) => policyPortProblems(policy, direction, context)),
      verdict,
    ]),
    here,
    path: 'after Service translation, at both ends: egress of the source and ingress of the target must allow it',
    watch: POLICY_NOTES,
    verify: verifyPolicies(policy, context),
    question: {
      ask: 'Two policies conflict: which wins?',
      answer: 'They cannot conflict: permissions add up, per direction.',
    },
  };
}

/** `policyTypes`. */
export function explainPolicyTypes(policy: NetworkPolicy, context: ExplainContext): Card {
  const { matched, possible } = selectByPolicy(policy, context.unit);
  const here = DIRECTIONS.map((direction) => {
    const isolated = isolates(policy, direction);
    if (isolated === undefined) return `${direction}: not decidable`;
    if (!isolated) return `${direction}: not touched by this policy`;
    const written = policy.policyTypes === undefined ? ' (default)' : '';
    return `${direction}${written}: ${directionText(policy, direction)}`;
  });
  const selected = matched.length === 0 ? [] : [`isolated Pods: those of ${linkSome(matched)}`];
  here.push(...selected);
  if (possible.length > 0) here.push(`perhaps also those of ${linkSome(possible)}: not decidable`);
  for (const workload of matched.slice(0, 2)) here.push(...unionLines(workload, policy, context));
  return {
    title: `${titleOf(policy, context.settings)} · policyTypes`,
    verdict: gravest([opaqueVerdict(policy), typesVerdict(policy)]),
    here,
    path: 'an isolation switch per direction: what is isolated keeps only what some policy allows',
    watch: [
      '`Egress` without rules denies everything, DNS included',
      'rules of a direction that an explicit list leaves out have no effect',
      'absent: Ingress always, Egress only if `egress` has rules; an `egress: []` alone isolates nothing',
      'replies of allowed connections pass',
    ],
    verify: verifyPolicies(policy, context),
    question: {
      ask: 'Two policies conflict: which wins?',
      answer: 'They cannot conflict: permissions add up, per direction.',
    },
  };
}

/** `spec.podSelector`. */
export function explainPolicySelector(policy: NetworkPolicy, context: ExplainContext): Card {
  const { settings } = context;
  const selector = policy.podSelector;
  const { lines, verdict } = describePods(policy, context);
  const here = [...lines];
  const directions = DIRECTIONS.filter((direction) => isolates(policy, direction) === true);
  here.push(
    directions.length === 0 ? 'for certain it isolates no direction' : `isolated for ${directions.join(' and ')}`,
  );
  const text = selector === undefined ? '' : selectorText(selector);
  return {
    title: `${titleOf(policy, settings)} · podSelector ${code(text === '' ? '{}' : text)}`,
    verdict: gravest([opaqueVerdict(policy), verdict]),
    here,
    path: 'an isolation switch, not a route: it says whose traffic the rules govern',
    watch: [
      "empty: every Pod of the policy's namespace, future ones included",
      'Pods on the host network are usually not covered',
      'without a network plugin that enforces policies nothing happens, and nothing complains',
    ],
    verify: [`${kubectl(policy, settings)} get pods${shellSelector(text)} --show-labels`],
    question: {
      ask: 'What denies all ingress of a namespace?',
      answer: '`podSelector: {}` with `policyTypes: [Ingress]` and no rules.',
    },
  };
}

/** One rule of a policy. */
export function explainPolicyRule(
  policy: NetworkPolicy,
  rule: PolicyRule,
  direction: Direction,
  context: ExplainContext,
): Card {
  const { lines } = describePods(policy, context);
  const isolated = isolates(policy, direction);
  const here = [`allows ${direction} ${ruleText(rule, direction)}`, ...lines.slice(0, 3)];
  if (rule.peers.length > 1) here.push(`${rule.peers.length} peers: a connection needs to fit one of them`);
  const isTemplated = rule.peersOpen || rule.portsOpen || rule.peers.some((peer) => !peer.decided);
  return {
    title: `${titleOf(policy, context.settings)} · ${direction} rule`,
    verdict: gravest([
      opaqueVerdict(policy),
      isolated === false ? problem(`\`policyTypes\` leaves ${direction} out: this rule has no effect`) : OK,
      isolated === undefined ? unknown('`policyTypes` is not decidable') : OK,
      isTemplated ? unknown('a part of the rule is templated') : OK,
    ]),
    here,
    path: 'compared after Service translation, with Pod addresses and Pod ports',
    watch: [
      'the two halves of a rule, peers and ports, must both fit; the items within each are alternatives',
      'no peers means anyone, no ports means every port',
      'rules only add: no other rule or policy takes it back',
    ],
    verify: verifyPolicies(policy, context),
    question: { ask: 'Does the order of rules matter?', answer: 'No: every rule only adds permissions.' },
  };
}

const POLICY_NOTES: readonly string[] = [
  'policies only add permissions: no deny, no order; a Pod that none selects is open',
  'replies of allowed connections pass',
  'without a network plugin that enforces policies nothing happens, and nothing complains',
];

function directionLines(policy: NetworkPolicy, direction: Direction): readonly string[] {
  const isolated = isolates(policy, direction);
  if (isolated === undefined) return [`${direction}: not decidable`];
  return isolated ? [`${direction}: ${directionText(policy, direction)}`] : [];
}

function directionText(policy: NetworkPolicy, direction: Direction): string {
  const rules = policy[direction];
  if (rules === undefined || (rules.rules.length === 0 && !rules.open)) return 'isolated, nothing allowed';
  const texts = rules.rules.slice(0, 2).map((rule) => ruleText(rule, direction));
  if (rules.rules.length > 2) texts.push(`${rules.rules.length - 2} more rules`);
  if (rules.open) texts.push('rules that are templated');
  return `isolated, allowed ${texts.join('; ')}`;
}

/** What other policies add for a workload of this one. */
function unionLines(workload: Workload, policy: NetworkPolicy, { unit }: ExplainContext): readonly string[] {
  return DIRECTIONS.flatMap((direction) => {
    const others = isolatingPolicies(workload, direction, unit).sure.filter((other) => other !== policy);
    const verb = others.length === 1 ? 'governs' : 'govern';
    return others.length === 0
      ? []
      : [`${linkSome(others)} also ${verb} ${direction} of ${linkResource(workload)}: permissions add up`];
  });
}

function describePods(
  policy: NetworkPolicy,
  context: ExplainContext,
): { readonly lines: readonly string[]; readonly verdict: Verdict } {
  const { unit } = context;
  const selector = policy.podSelector;
  const { matched, possible } = selectByPolicy(policy, unit);
  const text =
    selector === undefined || isEmpty(selector) ? 'every Pod of its namespace' : code(selectorText(selector));
  const lines = groupByName(matched).map((group) => {
    const workload = group.first;
    const host = workload.template.hostNetwork?.value === true ? ', on the host network: usually not covered' : '';
    return `selects ${text} → ${linkGroup(group)}: ${podCount(workload, unit)}${host}`;
  });
  if (possible.length > 0) lines.push(`perhaps selects ${linkSome(possible)}: not decidable`);
  if (matched.length > 0) return { lines, verdict: OK };
  if (possible.length > 0) return { lines, verdict: unknown('which Pods it selects is not decidable') };
  if (selector === undefined || isEmpty(selector))
    return { lines: [`selects ${text}; no manifest here has one`], verdict: OK };
  const why = whyMoreMayExist(unit, policy.namespace);
  const miss = findNearMiss(unit.index, selector, policy.namespace);
  if (miss !== undefined && why === undefined) {
    const verdict = unknown(`selects no Pod of these manifests; ${linkResource(miss.workload)} differs in one pair`);
    return { lines: [`selects ${text} → no Pod template`, nearMissLine(miss)], verdict };
  }
  const verdict = unknown(
    why === undefined
      ? 'no manifest here has such Pods; they may come from elsewhere'
      : `no manifest here has such Pods, but ${why}`,
  );
  return {
    lines: [
      `selects ${text} → no Pod template of these manifests`,
      ...(miss === undefined ? [] : [nearMissLine(miss)]),
    ],
    verdict,
  };
}

function typesVerdict(policy: NetworkPolicy): Verdict {
  for (const direction of DIRECTIONS) {
    const rules = policy[direction];
    if (rules !== undefined && rules.rules.length > 0 && isolates(policy, direction) === false)
      return problem(`the ${direction} rules have no effect: \`policyTypes\` leaves them out`);
  }
  return DIRECTIONS.some((direction) => isolates(policy, direction) === undefined)
    ? unknown('which directions it isolates is not decidable')
    : OK;
}

/** Commands that show policies and their effect. */
export function verifyPolicies(policy: NetworkPolicy, { settings }: ExplainContext): readonly string[] {
  const base = kubectl(policy, settings);
  return [
    `${base} get netpol -o wide`,
    `${base} exec POD -- wget -T3 -qO- http://SERVICE:PORT   # a policy drop is a timeout`,
  ];
}
