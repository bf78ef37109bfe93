import type { Span } from '../../base/span.ts';
import type { Direction } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { PodLabel } from '../../rules/shared/policyRuleText.ts';

/** A policy for the Pods of one workload that lets through what manifests declare, before it is written. */
export interface PolicyPlan {
  /** As its file writes it. */
  readonly workload: Workload;
  readonly name: string;
  /** Written in the policy where the workload's manifest writes it. */
  readonly namespace: string | undefined;
  readonly labels: readonly PodLabel[];
  readonly ingress: PlannedDirection;
  readonly egress: PlannedDirection;
  readonly hasProbes: boolean;
}

/** The rules of a direction, or why the policy leaves it alone. */
export type PlannedDirection =
  | { readonly kind: 'rules'; readonly rules: readonly PlannedRule[] }
  | { readonly kind: 'left out'; readonly why: string };

export interface PlannedRule {
  /** Why it is there, a comment each. */
  readonly notes: readonly PlannedNote[];
  /** The lines of its peers, each an item; none: everybody. */
  readonly peers: readonly string[];
  /** None: every port. */
  readonly ports: readonly PlannedPort[];
}

export interface PlannedNote {
  readonly text: string;
  /** The place that is the evidence. */
  readonly at: (Span & { readonly file: string }) | undefined;
}

export interface PlannedPort {
  readonly protocol: Protocol;
  readonly port: number;
}

export function leftOut(why: string): PlannedDirection {
  return { kind: 'left out', why };
}

/** Rules with equal peers as one, and without ports that the rule for everybody opens too. */
export function mergeRules(rules: readonly PlannedRule[]): readonly PlannedRule[] {
  const byPeers = new Map<string, PlannedRule>();
  for (const rule of rules) {
    const key = rule.peers.join('\n');
    const other = byPeers.get(key);
    byPeers.set(key, other === undefined ? { ...rule, ports: distinctPorts(rule.ports) } : join(other, rule));
  }
  const all = byPeers.get('');
  if (all === undefined) return [...byPeers.values()];
  let open = all;
  const kept = [...byPeers.values()].flatMap((rule): readonly PlannedRule[] => {
    if (rule === all) return [];
    const ports = rule.ports.filter((port) => !open.ports.some((other) => isSamePort(port, other)));
    if (open.ports.length > 0 && (ports.length > 0 || rule.ports.length === 0)) return [{ ...rule, ports }];
    // What was said about its peers is no matter any more.
    open = { ...open, notes: distinctNotes([...open.notes, ...rule.notes.filter(({ at }) => at !== undefined)]) };
    return [];
  });
  return [...kept, open];
}

function join(one: PlannedRule, other: PlannedRule): PlannedRule {
  const isEvery = one.ports.length === 0 || other.ports.length === 0;
  return {
    notes: distinctNotes([...one.notes, ...other.notes]),
    peers: one.peers,
    ports: isEvery ? [] : distinctPorts([...one.ports, ...other.ports]),
  };
}

function distinctPorts(ports: readonly PlannedPort[]): readonly PlannedPort[] {
  return ports.filter((port, at) => ports.findIndex((other) => isSamePort(port, other)) === at);
}

function isSamePort(one: PlannedPort, other: PlannedPort): boolean {
  return one.protocol === other.protocol && one.port === other.port;
}

function distinctNotes(notes: readonly PlannedNote[]): readonly PlannedNote[] {
  const isSame = (one: PlannedNote, other: PlannedNote) =>
    one.text === other.text && one.at?.file === other.at?.file && one.at?.start === other.at?.start;
  return notes.filter((note, at) => notes.findIndex((other) => isSame(note, other)) === at);
}

/** The direction as units see it: one that any of them leaves out is left out. */
export function joinDirections(directions: readonly PlannedDirection[]): PlannedDirection {
  const rules: PlannedRule[] = [];
  for (const direction of directions) {
    if (direction.kind === 'left out') return direction;
    rules.push(...direction.rules);
  }
  return { kind: 'rules', rules: mergeRules(rules) };
}

/** The directions of a plan that the policy isolates. */
export function directionsOf({ ingress, egress }: PolicyPlan): readonly Direction[] {
  return [
    ...(ingress.kind === 'rules' ? (['ingress'] as const) : []),
    ...(egress.kind === 'rules' ? (['egress'] as const) : []),
  ];
}
