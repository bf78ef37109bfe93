import { child, isAbsent, type Place, type Report, refuse, type Validator } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { isSet, numberAt, refuseChoice, validateNotNegative } from '../checks.ts';
import { validateAtMostAll, validateCountOrPercent } from './common.ts';
import { validateSelectorAndTemplate } from './replicaSet.ts';

/** Source: kubernetes pkg/apis/apps/validation, `ValidateDeploymentSpec`. */
export const validateDeployment: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateNotNegative(child(spec, 'replicas'), report);
  validateSelectorAndTemplate(spec, report);
  validateStrategy(child(spec, 'strategy'), report);
  validateNotNegative(child(spec, 'minReadySeconds'), report);
  validateNotNegative(child(spec, 'revisionHistoryLimit'), report);
  validateDeadline(spec, report);
};

const DEFAULT_DEADLINE = 600;

function validateDeadline(spec: Place, report: Report): void {
  const place = child(spec, 'progressDeadlineSeconds');
  const deadline = numberAt(place, DEFAULT_DEADLINE);
  const readyPlace = child(spec, 'minReadySeconds');
  const ready = numberAt(readyPlace);
  validateNotNegative(place, report);
  if (deadline === undefined || ready === undefined || deadline > ready) return;
  const message = `\`progressDeadlineSeconds\`, ${deadline}, must be greater than \`minReadySeconds\`, ${ready}`;
  refuse(report, isAbsent(place) ? { ...place, span: readyPlace.span } : place, 'FieldValueInvalid', message);
}

const TYPES = ['Recreate', 'RollingUpdate'];

/** Source: as above, `ValidateDeploymentStrategy`. */
function validateStrategy(strategy: Place, report: Report): void {
  const typePlace = child(strategy, 'type');
  const type = textAt(typePlace);
  const rolling = child(strategy, 'rollingUpdate');
  if (type === undefined) return;
  if (type === 'Recreate') {
    if (!isSet(rolling)) return;
    refuse(report, rolling, 'FieldValueForbidden', '`rollingUpdate` and `type: Recreate` exclude each other');
  } else if (type === '' || type === 'RollingUpdate') {
    validateRollingUpdate(rolling, report);
  } else {
    refuseChoice({ ...typePlace, path: strategy.path }, report, TYPES, type);
  }
}

function validateRollingUpdate(rolling: Place, report: Report): void {
  const place = child(rolling, 'maxUnavailable');
  const unavailable = validateCountOrPercent(place, report, 1);
  const surge = validateCountOrPercent(child(rolling, 'maxSurge'), report, 1);
  if (unavailable === 0 && surge === 0) {
    refuse(report, place, 'FieldValueInvalid', '`maxUnavailable` and `maxSurge` cannot both be 0');
  }
  validateAtMostAll(place, report);
}
