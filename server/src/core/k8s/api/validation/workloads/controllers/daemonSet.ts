import { child, type Place, type Report, refuse, type Validator } from '../../../place.ts';
import { validateLabelSelector } from '../../metadata/index.ts';
import { textAt } from '../../values.ts';
import { isValid, refuseChoice, validateNotNegative } from '../checks.ts';
import { validateTemplate } from '../template.ts';
import { validateAtMostAll, validateCountOrPercent, validateRunsForever } from './common.ts';
import { validateSelectorSays, validateSelectsTemplate } from './selection.ts';

/** Source: kubernetes pkg/apis/apps/validation, `ValidateDaemonSetSpec`. */
export const validateDaemonSet: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const selector = child(spec, 'selector');
  const template = child(spec, 'template');
  if (isValid(report, (note) => validateLabelSelector(selector, note))) {
    validateSelectsTemplate(selector, template, report);
  }
  validateSelectorSays(selector, report);
  validateTemplate(template, report);
  validateRunsForever(template, report);
  validateNotNegative(child(spec, 'minReadySeconds'), report);
  validateNotNegative(child(spec, 'revisionHistoryLimit'), report);
  validateUpdateStrategy(child(spec, 'updateStrategy'), report);
};

/** Source: as above, `ValidateDaemonSetUpdateStrategy`. */
function validateUpdateStrategy(strategy: Place, report: Report): void {
  const typePlace = child(strategy, 'type');
  const type = textAt(typePlace);
  if (type === undefined || type === 'OnDelete') return;
  if (type !== '' && type !== 'RollingUpdate') {
    refuseChoice({ ...typePlace, path: strategy.path }, report, ['RollingUpdate', 'OnDelete'], type);
    return;
  }
  const unavailablePlace = child(child(strategy, 'rollingUpdate'), 'maxUnavailable');
  const surgePlace = child(child(strategy, 'rollingUpdate'), 'maxSurge');
  const unavailable = validateCountOrPercent(unavailablePlace, report, 1);
  const surge = validateCountOrPercent(surgePlace, report, 0);
  for (const place of [unavailablePlace, surgePlace]) validateAtMostAll(place, report);
  if (unavailable === undefined || surge === undefined) return;
  if (unavailable !== 0 && surge !== 0) {
    refuse(report, surgePlace, 'FieldValueInvalid', '`maxSurge` needs `maxUnavailable: 0`');
  } else if (unavailable === 0 && surge === 0) {
    refuse(report, unavailablePlace, 'FieldValueRequired', '`maxUnavailable` and `maxSurge` cannot both be 0');
  }
}
