import type { Span } from '../core/base/span.ts';
import { type Answer, answerFor, type Decider, type Endpoint, judgeConnection } from '../core/cluster/reach.ts';
import type { Ternary } from '../core/k8s/labels.ts';
import type { Protocol } from '../core/k8s/ports.ts';
import type { Unit } from '../core/sources/unit.ts';
import type { EndFinder } from './reachEnds.ts';
import type { Place } from './report.ts';

/** May `from` open a connection to `port` of the Pods of `to`? */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The answer, as `--queries` prints it. Sides of an address, which has no policies, are absent. */
export interface ReachAnswer extends Question {
  readonly allowed: boolean | 'unknown';
  readonly ingressAllowed?: boolean | 'unknown';
  readonly egressAllowed?: boolean | 'unknown';
  readonly decidedBy: readonly ReachDecider[];
  readonly reason: string;
}

export interface ReachDecider {
  readonly direction: 'ingress' | 'egress';
  readonly policy: { readonly namespace?: string; readonly name: string };
  readonly effect: Decider['effect'];
  /** Counts from 1. */
  readonly rule?: number;
  readonly file: string;
  readonly line: number;
}

/** Where a span of a unit's object is written. */
export type PlaceIn = (unit: Unit, file: string, span: Span) => Place;

/** Answers questions, each about the workloads that have the names, in every unit that has them. */
export function createAnswerer(finder: EndFinder, place: PlaceIn): (question: Question) => ReachAnswer {
  return (question) => {
    const [sources, destinations] = [finder.find(question.from), finder.find(question.to)];
    const unanswered = (reason: string): ReachAnswer => ({ ...question, allowed: 'unknown', decidedBy: [], reason });
    if ('problem' in sources) return unanswered(sources.problem);
    if ('problem' in destinations) return unanswered(destinations.problem);
    if (sources.every(isAddress) && destinations.every(isAddress)) return unanswered(NO_WORKLOAD);
    const pairs = pairUp(sources, destinations, question.from === question.to);
    const answers = pairs.map(([from, to]) => toAnswer(question, from, to, place));
    const [first] = answers;
    if (first === undefined) return unanswered(NO_WORKLOAD);
    const verdicts = new Set(answers.map((one) => [one.allowed, one.ingressAllowed, one.egressAllowed].join()));
    if (verdicts.size === 1) return first;
    const decidedBy = answers.flatMap((one) => one.decidedBy);
    return {
      ...question,
      allowed: 'unknown',
      decidedBy,
      reason: `${pairs.length} manifests have these names, and they differ`,
    };
  };
}

const NO_WORKLOAD = 'neither end is a workload of the manifests';

function isAddress({ kind }: Endpoint): boolean {
  return kind === 'address';
}

/** Ends of one unit belong together; only where no unit has both, ends of different ones do. */
function pairUp(
  sources: readonly Endpoint[],
  destinations: readonly Endpoint[],
  isSame: boolean,
): readonly (readonly [Endpoint, Endpoint])[] {
  if (isSame) return sources.map((end) => [end, end]);
  const all = sources.flatMap((from) => destinations.map((to) => [from, to] as const));
  const near = all.filter(([from, to]) => from.kind === 'address' || to.kind === 'address' || from.unit === to.unit);
  return near.length > 0 ? near : all;
}

function toAnswer(question: Question, from: Endpoint, to: Endpoint, place: PlaceIn): ReachAnswer {
  const answer = answerFor(judgeConnection(from, to), question.protocol, question.port);
  const { egress, ingress } = answer;
  const decidersOf = (end: Endpoint, side: Answer['egress']) =>
    end.kind === 'pods' ? (side?.deciders ?? []).map((decider) => toDecider(decider, end.unit, place)) : [];
  return {
    ...question,
    allowed: toJson(answer.allowed),
    ...(ingress === undefined ? {} : { ingressAllowed: toJson(ingress.allowed) }),
    ...(egress === undefined ? {} : { egressAllowed: toJson(egress.allowed) }),
    decidedBy: [...decidersOf(from, egress), ...decidersOf(to, ingress)],
    reason: reasonOf(answer),
  };
}

/** The sides that decide: those that deny, else those that do not know, else both. */
function reasonOf({ allowed, egress, ingress }: Answer): string {
  const sides = [egress, ingress].flatMap((side) => side ?? []);
  return sides
    .filter((side) => side.allowed === allowed)
    .map(({ reason }) => reason)
    .join('; ');
}

function toDecider({ direction, policy, rule, effect, at }: Decider, unit: Unit, place: PlaceIn): ReachDecider {
  const { file, line } = place(unit, policy.file, at);
  const namespace = policy.namespace?.value;
  return {
    direction,
    policy: { ...(namespace === undefined ? {} : { namespace }), name: policy.name?.value ?? '?' },
    effect,
    ...(rule === undefined ? {} : { rule: rule.index + 1 }),
    file,
    line,
  };
}

function toJson(verdict: Ternary): boolean | 'unknown' {
  return verdict === 'unknown' ? verdict : verdict === 'yes';
}
