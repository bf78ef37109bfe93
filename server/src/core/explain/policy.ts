import { findNearMiss } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { selectorText } from '../k8s/labels.ts';
import { type Direction, isolates, type NetworkPolicy, type PolicyRule } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, type Table, unknown, type Verdict } from './card.ts';
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
import { hostNetworkText, isOnHost, isolatingPolicies, selectByPolicy } from './policyFacts.ts';
import { readingsOfRule } from './policyPeer.ts';
import { policyPortProblems } from './policyPorts.ts';
import { isEmpty, ruleText } from './policyText.ts';
import { needLines, unionLines } from './policyUnion.ts';
import { verifyPolicy } from './policyVerify.ts';
import { nearMissLine, opaqueVerdict } from './serviceFacts.ts';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** The policy as a whole. */
export function explainPolicy(policy: NetworkPolicy, context: ExplainContext): Card {
  const { lines, fault, verdict } = describePods(policy, context);
  const pods = selectByPolicy(policy, context.unit).matched;
  const needs = needLines(policy, pods, context);
  return {
    title: `${titleOf(policy, context.settings)} · who may talk to whom`,
    verdict: gravest([
      opaqueVerdict(policy),
      typesVerdict(policy),
      ...DIRECTIONS.flatMap((direction) => policyPortProblems(policy, direction, context)),
      verdict,
    ]),
    fault,
    here: [
      ...lines,
      ...needs.lines,
      ...DIRECTIONS.flatMap((direction) => unionLines(policy, pods, direction, context)),
      ...DIRECTIONS.flatMap((direction) => directionLines(policy, direction)),
    ],
    path: 'after Service translation, at both ends: egress of the source and ingress of the target must allow it',
    watch: POLICY_NOTES,
    verify: verifyPolicy(policy, context),
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
    const written = policy.policyTypes === undefined ? ' (by default)' : '';
    if (isolated === undefined) return `${direction}: not decidable`;
    return isolated
      ? `${direction}${written}: ${directionText(policy, direction)}`
      : `${direction}: not touched by this policy`;
  });
  if (possible.length > 0) here.push(`perhaps also for ${linkSome(possible)}: not decidable`);
  const groups = groupByName(matched);
  if (groups.length > MAX_ROWS)
    here.push(`${plural(groups.length, 'workload')} in all, of which ${MAX_ROWS} are shown`);
  return {
    title: `${titleOf(policy, context.settings)} · policyTypes`,
    verdict: gravest([opaqueVerdict(policy), typesVerdict(policy)]),
    here,
    ...(matched.length === 0 ? {} : { table: isolationTable(matched, context) }),
    path: 'an isolation switch per direction: what is isolated keeps only what some policy allows',
    watch: [
      '`Egress` without rules denies everything, DNS included',
      'rules of a direction that an explicit list leaves out have no effect',
      'absent: Ingress always, Egress only if `egress` has rules; an `egress: []` alone isolates nothing',
      'replies of allowed connections pass',
    ],
    verify: verifyPolicy(policy, context),
    question: {
      ask: 'Two policies conflict: which wins?',
      answer: 'They cannot conflict: permissions add up, per direction.',
    },
  };
}

const MAX_ROWS = 3;

/** Whose Pods are isolated in which direction, by all policies of the unit together. */
function isolationTable(workloads: readonly Workload[], { unit }: ExplainContext): Table {
  const cell = (workload: Workload, direction: Direction) => {
    const { sure, possible } = isolatingPolicies(workload, direction, unit);
    if (sure.length === 0) return possible.length === 0 ? 'open' : `perhaps ${linkSome(possible)}`;
    return `${linkSome(sure)}${isOnHost(workload) ? ' (host network: probably without effect)' : ''}`;
  };
  return {
    head: ['Pods of', 'ingress isolated by', 'egress isolated by'],
    rows: groupByName(workloads)
      .slice(0, MAX_ROWS)
      .map((group) => [linkGroup(group), cell(group.first, 'ingress'), cell(group.first, 'egress')]),
  };
}

/** `spec.podSelector`. */
export function explainPolicySelector(policy: NetworkPolicy, context: ExplainContext): Card {
  const { settings } = context;
  const selector = policy.podSelector;
  const { lines, fault, verdict } = describePods(policy, context);
  const directions = DIRECTIONS.filter((direction) => isolates(policy, direction) === true);
  const text = selector === undefined ? '' : selectorText(selector);
  return {
    title: `${titleOf(policy, settings)} · podSelector ${code(text === '' ? '{}' : text)}`,
    verdict: gravest([opaqueVerdict(policy), verdict]),
    fault,
    here: [
      ...lines,
      ...needLines(policy, selectByPolicy(policy, context.unit).matched, context).lines,
      directions.length === 0
        ? 'which direction it isolates is not certain'
        : `it isolates ${fault.length > 0 ? 'such Pods' : 'them'} for ${directions.join(' and ')}`,
      ...directions.flatMap((direction) => aloneLines(policy, direction, context)),
    ],
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

/** Whose Pods would be open without this policy. */
function aloneLines(policy: NetworkPolicy, direction: Direction, { unit }: ExplainContext): readonly string[] {
  const alone = selectByPolicy(policy, unit).matched.filter((workload) => {
    const { sure, possible } = isolatingPolicies(workload, direction, unit);
    return !isOnHost(workload) && sure.length === 1 && possible.length === 0;
  });
  return alone.length === 0 ? [] : [`no other policy here isolates ${linkSome(alone)} for ${direction}`];
}

/** One rule of a policy. */
export function explainPolicyRule(
  policy: NetworkPolicy,
  rule: PolicyRule,
  direction: Direction,
  context: ExplainContext,
): Card {
  const { lines, fault } = describePods(policy, context);
  const isolated = isolates(policy, direction);
  const here = [`allows ${direction} ${ruleText(rule, direction)}`, ...lines, ...fault];
  if (rule.peers.length > 1) here.push(`${rule.peers.length} peers: a connection needs to fit one of them`);
  const table = readingsOfRule({ policy, rule, direction }, context);
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
    ...(table === undefined ? {} : { table }),
    path: 'compared after Service translation, with Pod addresses and container ports',
    watch: [
      'the two halves of a rule, peers and ports, must both fit; the items within each are alternatives',
      'no peers means anyone, no ports means every port',
      'rules only add: no other rule or policy takes it back',
    ],
    verify: verifyPolicy(policy, context, { rule, direction }),
    question: { ask: 'Does the order of rules matter?', answer: 'No: every rule only adds permissions.' },
  };
}

const POLICY_NOTES: readonly string[] = [
  'policies only add permissions: no deny, no order; a Pod that none selects is open',
  'replies of allowed connections pass',
  'without a network plugin that enforces policies nothing happens, and nothing complains',
];

/** A sentence for each rule; a direction of one rule is one sentence. */
function directionLines(policy: NetworkPolicy, direction: Direction): readonly string[] {
  const isolated = isolates(policy, direction);
  if (isolated === undefined) return [`${direction}: not decidable`];
  if (!isolated) return [];
  const rules = policy[direction]?.rules ?? [];
  if (rules.length < 2) return [`${direction}: ${directionText(policy, direction)}`];
  const shown = rules.slice(0, rules.length > MAX_RULES ? MAX_RULES - 1 : MAX_RULES);
  const lines = shown.map((rule, at) => `${direction} rule ${at + 1}: allowed ${ruleText(rule, direction)}`);
  if (rules.length > shown.length) lines.push(`${direction}: ${plural(rules.length - shown.length, 'more rule')}`);
  if (policy[direction]?.open === true) lines.push(`${direction}: rules that are templated`);
  return lines;
}

const MAX_RULES = 3;

function directionText(policy: NetworkPolicy, direction: Direction): string {
  const rules = policy[direction];
  if (rules === undefined || (rules.rules.length === 0 && !rules.open)) return 'isolated, this policy allows nothing';
  const texts = rules.rules.slice(0, 2).map((rule) => ruleText(rule, direction));
  if (rules.rules.length > 2) texts.push(`${plural(rules.rules.length - 2, 'more rule')}`);
  if (rules.open) texts.push('rules that are templated');
  return `isolated, allowed ${texts.join('; ')}`;
}

interface Described {
  readonly lines: readonly string[];
  /** That it selects nothing, and the near miss. */
  readonly fault: readonly string[];
  readonly verdict: Verdict;
}

function describePods(policy: NetworkPolicy, context: ExplainContext): Described {
  const { unit } = context;
  const selector = policy.podSelector;
  const { matched, possible } = selectByPolicy(policy, unit);
  const isEveryPod = selector === undefined || isEmpty(selector);
  const text = isEveryPod ? 'every Pod of its namespace' : code(selectorText(selector));
  const lines: string[] = [];
  const groups = groupByName(matched);
  if (groups.length > 0) {
    const shown = groups.slice(0, 4).map(({ first, count }) => {
      const copies = count === 1 ? '' : `in ${count} manifests, `;
      return `${linkResource(first)} (${copies}${podCount(first, unit)})`;
    });
    const more = groups.length > 4 ? `, and ${plural(groups.length - 4, 'more workload')}` : '';
    lines.push(`selects ${text} → ${shown.join(', ')}${more}`);
  }
  const onHost = matched.filter(isOnHost);
  if (onHost.length > 0) lines.push(hostNetworkText(onHost));
  if (possible.length > 0)
    lines.push(
      `${matched.length > 0 ? 'perhaps also' : `selects ${text} → perhaps`} ${linkSome(possible)}: not decidable`,
    );
  if (matched.length > 0) return { lines, fault: [], verdict: OK };
  if (possible.length > 0) return { lines, fault: [], verdict: unknown('which Pods it selects is not decidable') };
  if (isEveryPod) return { lines: [`selects ${text}; no manifest here has one`], fault: [], verdict: OK };
  const fault = [`selects ${text} → no Pod template of these manifests`];
  const why = whyMoreMayExist(unit, policy.namespace);
  const miss = findNearMiss(unit.index, selector, policy.namespace, policy.file);
  if (miss !== undefined && why === undefined) {
    const verdict = unknown(`selects no Pod of these manifests; ${linkResource(miss.workload)} differs in one pair`);
    return { lines, fault: [...fault, nearMissLine(miss)], verdict };
  }
  return {
    lines,
    fault: miss === undefined ? fault : [...fault, nearMissLine(miss)],
    verdict: unknown(
      why === undefined
        ? 'no manifest here has such Pods; they may come from elsewhere'
        : `no manifest here has such Pods, but ${why}`,
    ),
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
