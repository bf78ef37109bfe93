import { isolatingSpan, type SideAnswer } from '../../cluster/reach.ts';
import type { Reason } from '../../cluster/reason.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { code } from '../link.ts';
import { placed } from './model.ts';

/** The policies that decide, with the rule or what isolates. */
export function decidersOf({ deciders, direction }: SideAnswer): readonly Reason[] {
  return deciders.map(({ policy, rule, effect, at }) => {
    const name = code(describeResource(policy));
    const what = effect === 'denies' ? `isolates for ${direction}` : effect === 'allows' ? 'allows it' : 'may decide';
    return placed(
      policy.file,
      rule === undefined ? isolatingSpan(policy, direction) : at,
      `${rule === undefined ? name : `rule ${rule.index + 1} of ${name}`} ${what}`,
    );
  });
}
