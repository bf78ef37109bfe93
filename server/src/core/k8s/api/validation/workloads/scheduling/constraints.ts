import { labelKeyFault, labelValueFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { validateLabelSelector } from '../../metadata/index.ts';
import { textAt } from '../../values.ts';
import { numberAt, refuseChoice, requireText, validateOptionalText, validateWrittenChoice } from '../checks.ts';
import type { PodShape } from '../shape.ts';
import { validateMatchLabelKeys } from './labelKeys.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidateTolerations`. */
export function validateTolerations(tolerations: Place, report: Report): void {
  for (const toleration of items(tolerations)) validateToleration(toleration, report);
}

/** Source: as above, `validateTopologySpreadConstraints`. */
export function validateSpread(constraints: Place, report: Report, shape: PodShape): void {
  const all = items(constraints);
  all.forEach((constraint, index) => {
    validatePositive(child(constraint, 'maxSkew'), report);
    requireText(child(constraint, 'topologyKey'), report);
    const whenPlace = child(constraint, 'whenUnsatisfiable');
    const when = textAt(whenPlace);
    if (when !== undefined && !ACTIONS.includes(when)) refuseChoice(whenPlace, report, ACTIONS, when);
    validateNotRepeated(constraint, all.slice(index + 1), report);
    validateMinDomains(child(constraint, 'minDomains'), report, when);
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      validateWrittenChoice(child(constraint, name), report, ['Ignore', 'Honor']);
    }
    validateMatchLabelKeys(constraint, report, shape, false);
    validateLabelSelector(child(constraint, 'labelSelector'), report);
  });
}

const OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];

function validateToleration(toleration: Place, report: Report): void {
  const key = textAt(child(toleration, 'key'));
  const operatorPlace = child(toleration, 'operator');
  const operator = textAt(operatorPlace);
  const valuePlace = child(toleration, 'value');
  const value = textAt(valuePlace);
  const effectPlace = child(toleration, 'effect');
  const effect = textAt(effectPlace);
  validateOptionalText(child(toleration, 'key'), report, labelKeyFault);
  if (key === '' && operator !== undefined && operator !== 'Exists') {
    refuse(report, operatorPlace, 'FieldValueInvalid', 'without a `key`, the operator is `Exists`: all taints');
  }
  if (!isAbsent(child(toleration, 'tolerationSeconds')) && effect !== undefined && effect !== 'NoExecute') {
    if (numberAt(child(toleration, 'tolerationSeconds')) !== undefined) {
      refuse(report, effectPlace, 'FieldValueInvalid', '`tolerationSeconds` needs the effect `NoExecute`');
    }
  }
  validateOperator({ operatorPlace, operator, valuePlace, value }, report);
  if (effect !== undefined && effect !== '' && !EFFECTS.includes(effect)) {
    refuseChoice(effectPlace, report, EFFECTS, effect);
  }
}

/** The server reports a value that the operator cannot have at the operator. */
function validateOperator(
  {
    operatorPlace,
    operator,
    valuePlace,
    value,
  }: {
    readonly operatorPlace: Place;
    readonly operator: string | undefined;
    readonly valuePlace: Place;
    readonly value: string | undefined;
  },
  report: Report,
): void {
  if (operator === undefined) return;
  const at = { ...valuePlace, path: operatorPlace.path };
  if (operator === '' || operator === 'Equal') {
    const fault = value === undefined ? undefined : labelValueFault(value);
    if (fault !== undefined) refuse(report, at, 'FieldValueInvalid', `the value \`${value}\` ${fault}`);
  } else if (operator === 'Exists') {
    if (value !== undefined && value !== '') {
      refuse(report, at, 'FieldValueInvalid', 'the operator `Exists` takes no `value`');
    }
  } else if (operator === 'Lt' || operator === 'Gt') {
    const message = `the operator \`${operator}\` needs the feature \`TaintTolerationComparisonOperators\`, which is off by default`;
    refuse(report, operatorPlace, 'FieldValueNotSupported', message);
  } else {
    refuseChoice(operatorPlace, report, OPERATORS, operator);
  }
}

function validatePositive(place: Place, report: Report): void {
  const number = numberAt(place);
  if (number !== undefined && number <= 0) {
    refuse(report, place, 'FieldValueInvalid', `a number greater than 0 is needed, not ${number}`);
  }
}

/** The server reports the earlier of two equal constraints, at a field that it makes up. */
function validateNotRepeated(constraint: Place, later: readonly Place[], report: Report): void {
  const tuple = (place: Place) => [child(place, 'topologyKey'), child(place, 'whenUnsatisfiable')].map(textAt);
  const [key, when] = tuple(constraint);
  if (key === undefined || when === undefined) return;
  const isRepeated = later.some((other) => {
    const [otherKey, otherWhen] = tuple(other);
    return otherKey === key && otherWhen === when;
  });
  if (!isRepeated) return;
  const at = { ...child(constraint, 'topologyKey'), path: `${constraint.path}.{topologyKey, whenUnsatisfiable}` };
  const message = `another constraint has \`topologyKey: ${key}\` and \`whenUnsatisfiable: ${when}\` too`;
  refuse(report, at, 'FieldValueDuplicate', message);
}

function validateMinDomains(place: Place, report: Report, when: string | undefined): void {
  if (isAbsent(place) || numberAt(place) === undefined) return;
  validatePositive(place, report);
  if (when !== undefined && when !== 'DoNotSchedule') {
    refuse(report, place, 'FieldValueInvalid', '`minDomains` needs `whenUnsatisfiable: DoNotSchedule`');
  }
}
