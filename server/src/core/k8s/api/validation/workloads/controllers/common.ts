import { percentFault } from '../../../../validity.ts';
import { child, entries, isDecided, type Place, type Report, refuse } from '../../../place.ts';
import { validateLabels } from '../../metadata/labels.ts';
import { textAt } from '../../values.ts';
import { fieldName, isSet, numberAt, refuseChoice } from '../checks.ts';

/** Controllers that keep their Pods running take templates that restart always, and that have no end. */
export function validateRunsForever(template: Place, report: Report): void {
  const spec = child(template, 'spec');
  const place = child(spec, 'restartPolicy');
  const policy = textAt(place);
  if (policy !== undefined && policy !== '' && policy !== 'Always') refuseChoice(place, report, ['Always'], policy);
  const deadline = child(spec, 'activeDeadlineSeconds');
  if (isSet(deadline)) {
    refuse(report, deadline, 'FieldValueForbidden', '`activeDeadlineSeconds` is for Pods of their own and of Jobs');
  }
}

/** An object without labels gets those of its template (`SetDefaults_Job`, `SetDefaults_ReplicationController`). */
export function validateLabelsOfTemplate(object: Place, template: Place, report: Report): void {
  const labels = child(child(object, 'metadata'), 'labels');
  if (!isDecided(labels) || entries(labels).length > 0) return;
  validateLabels({ ...child(child(template, 'metadata'), 'labels'), path: labels.path }, report);
}

/**
 * A number of Pods, or a share of them in percent. Gives back its number; `absent` where nothing is written.
 * Source: kubernetes pkg/apis/apps/validation, `ValidatePositiveIntOrPercent`, `getIntOrPercentValue`.
 */
export function validateCountOrPercent(place: Place, report: Report, absent: number): number | undefined {
  const number = numberAt(place, absent);
  if (number !== undefined) {
    if (number < 0) refuse(report, place, 'FieldValueInvalid', `\`${fieldName(place)}\` may not be negative`);
    return number;
  }
  const text = textAt(place);
  if (text === undefined) return undefined;
  const fault = percentFault(text);
  if (fault === undefined) return Number(text.slice(0, -1));
  refuse(report, place, 'FieldValueInvalid', `\`${fieldName(place)}\`: \`${text}\` ${fault}`);
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : 0;
}

/** Shares beyond the whole. */
export function validateAtMostAll(place: Place, report: Report): void {
  const text = textAt(place);
  if (text === undefined || percentFault(text) !== undefined || Number(text.slice(0, -1)) <= 100) return;
  refuse(report, place, 'FieldValueInvalid', `\`${fieldName(place)}\` is \`100%\` at most, not \`${text}\``);
}
