import { child, isAbsent, refuse, type Validator } from '../../place.ts';
import { validateLabelSelector } from '../metadata/selector.ts';
import { isSet, validateWrittenChoice } from '../workloads/checks.ts';
import { validateAtMostAll, validateCountOrPercent } from '../workloads/controllers/common.ts';

/** Source: kubernetes pkg/apis/policy/validation, `ValidatePodDisruptionBudgetSpec`. */
export const validateDisruptionBudget: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const counts = [child(spec, 'minAvailable'), child(spec, 'maxUnavailable')];
  if (counts.every(isSet)) {
    const at = { ...spec, span: child(spec, 'maxUnavailable').span };
    refuse(report, at, 'FieldValueInvalid', 'a budget has either `minAvailable` or `maxUnavailable`, not both');
  }
  for (const count of counts) {
    if (isAbsent(count)) continue;
    validateCountOrPercent(count, report, 0);
    validateAtMostAll(count, report);
  }
  validateLabelSelector(child(spec, 'selector'), report);
  validateWrittenChoice(child(spec, 'unhealthyPodEvictionPolicy'), report, ['AlwaysAllow', 'IfHealthyBudget']);
};
