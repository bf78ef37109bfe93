import { child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { isSet, refuseChoice, requireText } from '../checks.ts';

const POLICIES = ['Always', 'OnFailure', 'Never'];

/**
 * `restartPolicy` of a container and the rules below it. An init container that always restarts takes no rules.
 * Source: kubernetes pkg/apis/core/validation, `validateContainerRestartPolicy`, `validateInitContainerRestartPolicy`.
 */
export function validateContainerRestart(container: Place, report: Report, isInit: boolean): void {
  const place = child(container, 'restartPolicy');
  const rulesPlace = child(container, 'restartPolicyRules');
  const rules = items(rulesPlace);
  const policy = stringAt(place);
  if (isAbsent(place)) {
    if (rules.length > 0) refuse(report, place, 'FieldValueRequired', 'rules need a `restartPolicy`');
    if (isInit) return;
  }
  if (isInit && policy === 'Always') {
    if (rules.length > 0) {
      refuse(report, rulesPlace, 'FieldValueForbidden', 'a container that always restarts takes no rules');
    }
    return;
  }
  if (policy !== undefined && !POLICIES.includes(policy)) refuseChoice(place, report, POLICIES, policy);
  if (rules.length > 20) refuse(report, rulesPlace, 'FieldValueTooLong', `${rules.length} rules: 20 are the most`);
  for (const rule of rules) validateRule(rule, report);
}

/** Source: as above, `validateResizePolicy`. All faults carry the field of the list. */
export function validateResizePolicies(list: Place, report: Report, podPolicy: string | undefined): void {
  const seen = new Set<string>();
  for (const policy of items(list)) {
    const resourcePlace = child(policy, 'resourceName');
    const restartPlace = child(policy, 'restartPolicy');
    const resource = textAt(resourcePlace);
    const restart = textAt(restartPlace);
    if (resource !== undefined) {
      if (seen.has(resource)) refuse(report, policy, 'FieldValueDuplicate', `\`${resource}\` has a policy already`);
      seen.add(resource);
    }
    validateOneOf({ ...resourcePlace, path: list.path }, report, ['cpu', 'memory']);
    validateOneOf({ ...restartPlace, path: list.path }, report, ['NotRequired', 'RestartContainer']);
    if (podPolicy === 'Never' && restart !== undefined && restart !== 'NotRequired') {
      const message = 'in a Pod with `restartPolicy: Never`, a resize can only be `NotRequired` to restart';
      refuse(report, { ...restartPlace, path: list.path }, 'FieldValueInvalid', message);
    }
  }
}

function validateOneOf(place: Place, report: Report, choices: readonly string[]): void {
  const text = requireText(place, report);
  if (text !== undefined && !choices.includes(text)) refuseChoice(place, report, choices, text);
}

function validateRule(rule: Place, report: Report): void {
  const actionPlace = child(rule, 'action');
  const action = textAt(actionPlace);
  if (action === 'RestartAllContainers') {
    const message = `\`${action}\` needs the feature \`RestartAllContainersOnContainerExits\`, which is off by default`;
    refuse(report, actionPlace, 'FieldValueNotSupported', message);
  } else if (action !== undefined && action !== 'Restart') {
    refuseChoice(actionPlace, report, ['Restart'], action);
  }
  const codes = child(rule, 'exitCodes');
  if (isAbsent(codes)) refuse(report, codes, 'FieldValueRequired', 'the rule names no `exitCodes`');
  if (!isSet(codes)) return;
  const operatorPlace = child(codes, 'operator');
  const operator = textAt(operatorPlace);
  const operators = ['In', 'NotIn'];
  if (operator !== undefined && !operators.includes(operator)) refuseChoice(operatorPlace, report, operators, operator);
  const values = child(codes, 'values');
  if (isWholeList(values) && items(values).length > 255) {
    refuse(report, values, 'FieldValueTooLong', `${items(values).length} exit codes: 255 are the most`);
  }
}
