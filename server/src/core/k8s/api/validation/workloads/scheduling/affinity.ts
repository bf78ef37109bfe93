import { dns1123LabelFault, dns1123SubdomainFault, labelKeyFault, labelValueFault } from '../../../../validity.ts';
import { child, items, type Place, type Report, refuse } from '../../../place.ts';
import { validateLabelSelector } from '../../metadata/index.ts';
import { isWholeList, quoteAll, textAt } from '../../values.ts';
import { isSet, numberAt, validateText } from '../checks.ts';
import type { PodShape } from '../shape.ts';
import { validateMatchLabelKeys } from './labelKeys.ts';

/** Source: kubernetes pkg/apis/core/validation, `validateAffinity`. */
export function validateAffinity(affinity: Place, report: Report, shape: PodShape): void {
  validateNodeAffinity(child(affinity, 'nodeAffinity'), report);
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const place = child(affinity, name);
    for (const term of items(child(place, REQUIRED))) validatePodTerm(term, report, shape);
    for (const weighted of items(child(place, PREFERRED))) {
      validateWeight(child(weighted, 'weight'), report);
      validatePodTerm(child(weighted, 'podAffinityTerm'), report, shape);
    }
  }
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function validateNodeAffinity(affinity: Place, report: Report): void {
  const required = child(affinity, REQUIRED);
  const terms = child(required, 'nodeSelectorTerms');
  if (isSet(required) && items(terms).length === 0 && isWholeList(terms)) {
    refuse(report, terms, 'FieldValueRequired', 'at least one term is needed');
  }
  for (const term of items(terms)) validateNodeTerm(term, report, true);
  for (const preferred of items(child(affinity, PREFERRED))) {
    validateWeight(child(preferred, 'weight'), report);
    validateNodeTerm(child(preferred, 'preference'), report, false);
  }
}

/** A term of a selector of nodes; a preference is looked at less closely. Source: as above, `ValidateNodeSelectorTerm`. */
export function validateNodeTerm(term: Place, report: Report, checksValues: boolean): void {
  for (const requirement of items(child(term, 'matchExpressions'))) {
    validateNodeRequirement(requirement, report, checksValues);
  }
  for (const requirement of items(child(term, 'matchFields'))) validateNodeFieldRequirement(requirement, report);
}

/** How many values an operator takes. */
const NODE_OPERATORS: ReadonlyMap<string, 'some' | 'none' | 'one'> = new Map([
  ['In', 'some'],
  ['NotIn', 'some'],
  ['Exists', 'none'],
  ['DoesNotExist', 'none'],
  ['Gt', 'one'],
  ['Lt', 'one'],
]);

function validateNodeRequirement(requirement: Place, report: Report, checksValues: boolean): void {
  const operatorPlace = child(requirement, 'operator');
  const operator = textAt(operatorPlace);
  const valuesPlace = child(requirement, 'values');
  const values = items(valuesPlace);
  const takes = NODE_OPERATORS.get(operator ?? '');
  const isWhole = isWholeList(valuesPlace);
  if (operator !== undefined && takes === undefined) {
    const message = `the operator \`${operator}\` is none of ${quoteAll(NODE_OPERATORS.keys())}`;
    refuse(report, operatorPlace, 'FieldValueInvalid', message);
  } else if (takes === 'some' && isWhole && values.length === 0) {
    refuse(report, valuesPlace, 'FieldValueRequired', `the operator \`${operator}\` needs at least one value`);
  } else if (takes === 'none' && values.length > 0) {
    refuse(report, valuesPlace, 'FieldValueForbidden', `the operator \`${operator}\` takes no values`);
  } else if (takes === 'one' && isWhole && values.length !== 1) {
    refuse(report, valuesPlace, 'FieldValueRequired', `the operator \`${operator}\` takes one value`);
  }
  validateText(child(requirement, 'key'), report, labelKeyFault);
  if (checksValues) for (const value of values) validateText(value, report, labelValueFault);
}

function validateNodeFieldRequirement(requirement: Place, report: Report): void {
  const operatorPlace = child(requirement, 'operator');
  const operator = textAt(operatorPlace);
  const valuesPlace = child(requirement, 'values');
  const values = items(valuesPlace);
  if (operator === 'In' || operator === 'NotIn') {
    if (isWholeList(valuesPlace) && values.length !== 1) {
      refuse(report, valuesPlace, 'FieldValueRequired', `the operator \`${operator}\` takes one value here`);
    }
  } else if (operator !== undefined) {
    refuse(report, operatorPlace, 'FieldValueInvalid', `the operator \`${operator}\` is none of \`In\`, \`NotIn\``);
  }
  const keyPlace = child(requirement, 'key');
  const key = textAt(keyPlace);
  if (key === 'metadata.name') for (const value of values) validateText(value, report, dns1123SubdomainFault);
  else if (key !== undefined) {
    refuse(report, keyPlace, 'FieldValueInvalid', `nodes are selected by \`metadata.name\`, not by \`${key}\``);
  }
}

function validatePodTerm(term: Place, report: Report, shape: PodShape): void {
  validateLabelSelector(child(term, 'labelSelector'), report);
  validateLabelSelector(child(term, 'namespaceSelector'), report);
  for (const name of items(child(term, 'namespaces'))) {
    validateText({ ...name, path: `${term.path}.namespace` }, report, dns1123LabelFault);
  }
  validateMatchLabelKeys(term, report, shape);
  const keyPlace = child(term, 'topologyKey');
  if (textAt(keyPlace) === '') refuse(report, keyPlace, 'FieldValueRequired', '`topologyKey` is required');
  validateText(keyPlace, report, labelKeyFault);
}

function validateWeight(place: Place, report: Report): void {
  const weight = numberAt(place);
  if (weight === undefined || (weight > 0 && weight <= 100)) return;
  refuse(report, place, 'FieldValueInvalid', `a weight is between 1 and 100, not ${weight}`);
}
