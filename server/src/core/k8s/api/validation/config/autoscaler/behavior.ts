import { signOf } from '../../../../quantity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { quantityAt } from '../../workloads/amounts.ts';
import {
  isSet,
  numberAt,
  refuseChoice,
  validateRange,
  validateWrittenChoice,
  validateWrittenRange,
} from '../../workloads/checks.ts';

/** What is left out is filled in before. Source: kubernetes pkg/apis/autoscaling/validation, `validateScalingRules`. */
export function validateBehavior(behavior: Place, report: Report): void {
  for (const direction of ['scaleUp', 'scaleDown']) {
    const rules = child(behavior, direction);
    if (isSet(rules)) validateRules(rules, report);
  }
}

const MAX_WINDOW_SECONDS = 3600;
const MAX_PERIOD_SECONDS = 1800;
const POLICY_TYPES = ['Percent', 'Pods'];

function validateRules(rules: Place, report: Report): void {
  validateWrittenRange(child(rules, 'stabilizationWindowSeconds'), report, 0, MAX_WINDOW_SECONDS);
  validateWrittenChoice(child(rules, 'selectPolicy'), report, ['Disabled', 'Max', 'Min']);
  const policies = child(rules, 'policies');
  if (isSet(policies) && isWholeList(policies) && items(policies).length === 0) {
    refuse(report, policies, 'FieldValueRequired', 'at least one policy is needed');
  }
  for (const policy of items(policies)) validatePolicy(policy, report);
  const tolerance = child(rules, 'tolerance');
  const quantity = isAbsent(tolerance) ? undefined : quantityAt(tolerance);
  if (quantity !== undefined && signOf(quantity) < 0) {
    refuse(report, tolerance, 'FieldValueInvalid', 'the tolerance may not be negative');
  }
}

function validatePolicy(policy: Place, report: Report): void {
  const typePlace = child(policy, 'type');
  const type = textAt(typePlace);
  if (type !== undefined && !POLICY_TYPES.includes(type)) refuseChoice(typePlace, report, POLICY_TYPES, type);
  const value = numberAt(child(policy, 'value'));
  if (value !== undefined && value <= 0) {
    refuse(report, child(policy, 'value'), 'FieldValueInvalid', `\`value\` is more than 0, not ${value}`);
  }
  validateRange(child(policy, 'periodSeconds'), report, 1, MAX_PERIOD_SECONDS);
}
