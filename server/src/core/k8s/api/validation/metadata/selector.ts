import { labelKeyFault, labelValueFault } from '../../../validity.ts';
import { child, items, type Place, type Report, refuse } from '../../place.ts';
import { isWholeList, quoteAll, textAt } from '../values.ts';
import { validateLabels } from './labels.ts';

/**
 * A selector of `matchLabels` and `matchExpressions`; an absent one is valid here. Source: k8s.io/apimachinery
 * pkg/apis/meta/v1/validation, `ValidateLabelSelector`.
 */
export function validateLabelSelector(selector: Place, report: Report): void {
  validateLabels(child(selector, 'matchLabels'), report);
  for (const expression of items(child(selector, 'matchExpressions'))) validateExpression(expression, report);
}

const TAKES_VALUES: ReadonlyMap<string, boolean> = new Map([
  ['In', true],
  ['NotIn', true],
  ['Exists', false],
  ['DoesNotExist', false],
]);

function validateExpression(expression: Place, report: Report): void {
  const operatorPlace = child(expression, 'operator');
  const values = child(expression, 'values');
  const operator = textAt(operatorPlace);
  const takesValues = TAKES_VALUES.get(operator ?? '');
  if (operator !== undefined && takesValues === undefined) {
    const found = operator === '' ? 'an operator is needed, one' : `the operator \`${operator}\` is none`;
    const message = `${found} of ${quoteAll(TAKES_VALUES.keys())}`;
    refuse(report, operatorPlace, 'FieldValueInvalid', message);
  } else if (takesValues === true && isWholeList(values) && items(values).length === 0) {
    refuse(report, values, 'FieldValueRequired', `the operator \`${operator}\` needs at least one value`);
  } else if (takesValues === false && items(values).length > 0) {
    refuse(report, values, 'FieldValueForbidden', `the operator \`${operator}\` takes no values`);
  }
  const keyPlace = child(expression, 'key');
  const key = textAt(keyPlace);
  const keyFault = key === undefined ? undefined : labelKeyFault(key);
  if (keyFault !== undefined) {
    const message = key === '' ? 'the key of a label is needed' : `the label key \`${key}\` ${keyFault}`;
    refuse(report, keyPlace, 'FieldValueInvalid', message);
  }
  for (const value of items(values)) {
    const text = textAt(value);
    const fault = text === undefined ? undefined : labelValueFault(text);
    if (fault !== undefined) refuse(report, value, 'FieldValueInvalid', `the label value \`${text}\` ${fault}`);
  }
}
