import type { Direction, NetworkPolicy } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { FileEdit, Fix } from '../rule.ts';
import { asItem, peerLines, portLines, ruleLines, styleOf } from './policyRuleText.ts';

/** What a rule is to let through. */
export interface MissingRule {
  readonly peer: Workload;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Adds rules to a policy, in its own style; `undefined` where labels or namespaces of a peer are not decided. */
export function missingRuleFix(
  unit: Unit,
  policy: NetworkPolicy,
  direction: Direction,
  title: string,
  missing: readonly MissingRule[],
): Fix | undefined {
  const style = styleOf(policy);
  const rules: (readonly string[])[] = [];
  for (const { peer, protocol, port } of missing) {
    const peers = peerLines(unit, peer, policy, style);
    if (peers === undefined) return undefined;
    rules.push(ruleLines(direction, peers, portLines(protocol, port, style)));
  }
  const edits = insertRules(policy, direction, rules);
  return edits.length === 0 ? undefined : { title, safe: false, edits };
}

/** Rules at the end of a policy's list, which is written where there is none. */
export function insertRules(
  policy: NetworkPolicy,
  direction: Direction,
  rules: readonly (readonly string[])[],
): readonly FileEdit[] {
  const { file, spec, opaque } = policy;
  const list = policy[direction];
  if (opaque || list?.open === true) return [];
  if (list !== undefined) {
    const sequence = { start: list.start, end: list.end };
    return rules.map((lines) => ({ file, edit: { kind: 'insert-item', sequence, text: lines.join('\n') } }));
  }
  const value = rules.flatMap(asItem).join('\n');
  return spec === undefined ? [] : [{ file, edit: { kind: 'insert-pair', mapping: spec, key: direction, value } }];
}
