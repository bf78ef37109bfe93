import { labelKeyFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import {
  isSet,
  numberAt,
  validateChoice,
  validateNotNegative,
  validateRequiredChoice,
  validateText,
} from '../checks.ts';
import { containersOf } from '../containers/lists.ts';

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_PATTERNS = 20;

/** Source: kubernetes pkg/apis/batch/validation, `validatePodFailurePolicy`. */
export function validateFailurePolicy(policy: Place, spec: Place, report: Report): void {
  const rulesPlace = child(policy, 'rules');
  const rules = items(rulesPlace);
  validateCount(rulesPlace, report, MAX_RULES, 'rules');
  const podSpec = child(child(spec, 'template'), 'spec');
  const containers = containersOf(podSpec).filter(({ list }) => list !== 'ephemeralContainers');
  const names = containers.map(({ container }) => textAt(child(container, 'name')));
  const isClosed =
    !names.includes(undefined) && ['containers', 'initContainers'].every((list) => isWholeList(child(podSpec, list)));
  for (const rule of rules) {
    validateAction(child(rule, 'action'), child(spec, 'backoffLimitPerIndex'), report);
    const codes = child(rule, 'onExitCodes');
    const conditions = child(rule, 'onPodConditions');
    if (isSet(codes)) validateExitCodes(codes, report, isClosed ? names : undefined);
    validateCount(conditions, report, MAX_PATTERNS, 'patterns');
    for (const pattern of items(conditions)) {
      validateText(child(pattern, 'type'), report, labelKeyFault);
      validateChoice(child(pattern, 'status'), report, ['True', 'False', 'Unknown'], 'True');
    }
    const hasConditions = items(conditions).length > 0;
    if (isSet(codes) && hasConditions) {
      refuse(report, rule, 'FieldValueInvalid', '`onExitCodes` and `onPodConditions` exclude each other');
    } else if (isAbsent(codes) && !hasConditions && isWholeList(conditions)) {
      refuse(report, rule, 'FieldValueInvalid', '`onExitCodes` or `onPodConditions` is needed');
    }
  }
}

/** Source: as above, `validateSuccessPolicy`. */
export function validateSuccessPolicy(policy: Place, report: Report, completions: number | 'none' | undefined): void {
  const rules = child(policy, 'rules');
  if (isWholeList(rules) && items(rules).length === 0) {
    refuse(report, rules, 'FieldValueRequired', 'at least one rule is needed');
  }
  validateCount(rules, report, MAX_RULES, 'rules');
  for (const rule of items(rules)) {
    const countPlace = child(rule, 'succeededCount');
    const indexesPlace = child(rule, 'succeededIndexes');
    if (isAbsent(countPlace) && isAbsent(indexesPlace)) {
      refuse(report, rule, 'FieldValueRequired', '`succeededCount` or `succeededIndexes` is needed');
    }
    const indexes = stringAt(indexesPlace);
    const counted =
      indexes === undefined || typeof completions !== 'number' ? undefined : countIndexes(indexes, completions);
    if (counted?.fault !== undefined) {
      refuse(report, indexesPlace, 'FieldValueInvalid', `the indexes \`${indexes}\` ${counted.fault}`);
    }
    validateNotNegative(countPlace, report);
    const count = numberAt(countPlace);
    if (count === undefined || isAbsent(countPlace) || typeof completions !== 'number') continue;
    const most = counted === undefined ? completions : Math.min(completions, counted.total);
    if (count > most) refuse(report, countPlace, 'FieldValueInvalid', `${most} are the most here, not ${count}`);
  }
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateAction(place: Place, perIndex: Place, report: Report): void {
  validateRequiredChoice(place, report, ACTIONS);
  if (stringAt(place) === 'FailIndex' && isAbsent(perIndex)) {
    refuse(report, place, 'FieldValueInvalid', '`FailIndex` needs `backoffLimitPerIndex`');
  }
}

function validateExitCodes(
  codes: Place,
  report: Report,
  containers: readonly (string | undefined)[] | undefined,
): void {
  const operatorPlace = child(codes, 'operator');
  validateRequiredChoice(operatorPlace, report, ['In', 'NotIn']);
  const operator = textAt(operatorPlace);
  const containerPlace = child(codes, 'containerName');
  const container = stringAt(containerPlace);
  if (container !== undefined && containers !== undefined && !containers.includes(container)) {
    refuse(report, containerPlace, 'FieldValueInvalid', `the Pod has no container \`${container}\``);
  }
  const list = child(codes, 'values');
  if (isWholeList(list) && items(list).length === 0) refuse(report, list, 'FieldValueInvalid', 'a value is needed');
  validateCount(list, report, MAX_EXIT_CODES, 'values');
  const seen = new Set<number>();
  let previous: number | undefined;
  let isOrdered = true;
  for (const place of items(list)) {
    const value = numberAt(place);
    if (value === undefined) continue;
    if (operator === 'In' && value === 0) {
      refuse(report, place, 'FieldValueInvalid', 'the operator `In` takes no 0: that is no failure');
    }
    if (seen.has(value)) refuse(report, place, 'FieldValueDuplicate', `${value} is there already`);
    seen.add(value);
    if (previous !== undefined && previous > value) isOrdered = false;
    previous = value;
  }
  if (!isOrdered) refuse(report, list, 'FieldValueInvalid', 'the values are not in ascending order');
}

function validateCount(list: Place, report: Report, most: number, what: string): void {
  const count = items(list).length;
  if (count <= most || !isWholeList(list)) return;
  refuse(report, list, 'FieldValueTooMany', `${count} ${what}: ${most} are the most`);
}

/** `1,3-5` in ascending order, each less than the number of completions. Source: as above, `validateIndexesFormat`. */
function countIndexes(text: string, completions: number): { readonly total: number; readonly fault?: string } {
  let total = 0;
  let last: number | undefined;
  if (text === '') return { total };
  for (const part of text.split(',')) {
    const [first, second, ...more] = part.split('-');
    const start = integerOf(first);
    const end = second === undefined ? start : integerOf(second);
    if (more.length > 0 || start === undefined || end === undefined) {
      return { total: 0, fault: `hold \`${part}\`, which is neither an index nor a range` };
    }
    if (start >= completions || end >= completions) return { total: 0, fault: `exceed ${completions - 1}` };
    const isAscending = (last === undefined || last < start) && (second === undefined || start < end);
    if (!isAscending) return { total: 0, fault: 'are not in ascending order' };
    total += end - start + 1;
    last = end;
  }
  return { total };
}

function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+]?[0-9]+$/.test(text) ? Number(text) : undefined;
}
