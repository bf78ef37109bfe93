import { booleanAt, child, type Place, type Report, refuse, stringAt, type Validator } from '../../../place.ts';
import { isSet, refuseChoice, validateChoice, validateNotNegative, validateRequiredText } from '../checks.ts';
import { validateJobSpec } from './job.ts';
import { scheduleFault } from './schedule.ts';
import { isTimeZone, nearestTimeZone } from './timeZones.ts';

/** Source: kubernetes pkg/apis/batch/validation, `validateCronJobSpec`. */
export const validateCronJob: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateRequiredText(child(spec, 'schedule'), report, scheduleFault);
  validateTimeZone(child(spec, 'timeZone'), report);
  validateChoice(child(spec, 'concurrencyPolicy'), report, ['Allow', 'Forbid', 'Replace'], 'Allow');
  for (const field of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) {
    validateNotNegative(child(spec, field), report);
  }
  validateJobTemplate(child(child(spec, 'jobTemplate'), 'spec'), report);
};

/** The selector of each Job is made for it. Source: as above, `ValidateJobTemplateSpec`. */
function validateJobTemplate(spec: Place, report: Report): void {
  validateJobSpec(spec, report, false);
  const selector = child(spec, 'selector');
  if (isSet(selector))
    refuse(report, selector, 'FieldValueInvalid', "the selector of a CronJob's Jobs is made for each of them");
  const manual = child(spec, 'manualSelector');
  if (booleanAt(manual) === true) refuseChoice(manual, report, ['false'], 'true');
}

/** Source: as above, `validateTimeZone`. */
function validateTimeZone(place: Place, report: Report): void {
  const zone = stringAt(place);
  if (zone === undefined) return;
  const fault = timeZoneFault(zone);
  if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the time zone \`${zone}\` ${fault}`);
}

function timeZoneFault(zone: string): string | undefined {
  if (zone === '') return 'is empty';
  if (zone.toLowerCase() === 'local') return 'is not the same everywhere: an IANA name is needed';
  if (isTimeZone(zone)) return undefined;
  const nearest = nearestTimeZone(zone);
  return `is none of the IANA database${nearest === undefined ? '' : `: \`${nearest}\` is`}`;
}
