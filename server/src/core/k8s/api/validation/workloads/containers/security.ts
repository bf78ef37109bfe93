import { booleanAt, child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { textAt } from '../../values.ts';
import {
  isSet,
  validateRequiredChoice,
  validateWrittenChoice,
  validateWrittenRange,
  validateWrittenText,
} from '../checks.ts';
import { descendingPathFault } from '../paths.ts';
import { validateWindowsOptions } from './windowsOptions.ts';

/** The greatest user and group id. */
export const MAX_ID = 2147483647;

/** Source: kubernetes pkg/apis/core/validation, `ValidateSecurityContext`. */
export function validateSecurityContext(context: Place, report: Report, hostUsers: boolean | undefined): void {
  if (!isSet(context)) return;
  validateWrittenRange(child(context, 'runAsUser'), report, 0, MAX_ID);
  validateWrittenRange(child(context, 'runAsGroup'), report, 0, MAX_ID);
  const procMount = child(context, 'procMount');
  const mode = validateWrittenChoice(procMount, report, ['Default', 'Unmasked']);
  if (mode === 'Unmasked' && hostUsers === true) {
    refuse(report, procMount, 'FieldValueInvalid', '`procMount: Unmasked` needs `hostUsers: false` in the Pod');
  }
  validateSeccompProfile(child(context, 'seccompProfile'), report);
  validateEscalation(context, report);
  validateWindowsOptions(child(context, 'windowsOptions'), report);
  validateAppArmorProfile(child(context, 'appArmorProfile'), report);
}

const PROFILE_TYPES = ['RuntimeDefault', 'Localhost', 'Unconfined'];

/** Source: as above, `validateSeccompProfileField`. */
export function validateSeccompProfile(profile: Place, report: Report): void {
  if (!isSet(profile)) return;
  const typePlace = child(profile, 'type');
  const type = textAt(typePlace);
  validateRequiredChoice(typePlace, report, PROFILE_TYPES);
  if (type === undefined) return;
  const file = child(profile, 'localhostProfile');
  if (type === 'Localhost') {
    if (isAbsent(file)) refuse(report, file, 'FieldValueRequired', '`type: Localhost` needs a `localhostProfile`');
    validateWrittenText(file, report, descendingPathFault);
  } else if (isSet(file)) {
    refuse(report, file, 'FieldValueInvalid', '`localhostProfile` is for `type: Localhost` only');
  }
}

const MAX_PROFILE_LENGTH = 4095;

/** Source: as above, `ValidateAppArmorProfileField`. */
export function validateAppArmorProfile(profile: Place, report: Report): void {
  if (!isSet(profile)) return;
  const typePlace = child(profile, 'type');
  const type = textAt(typePlace);
  const file = child(profile, 'localhostProfile');
  validateRequiredChoice(typePlace, report, PROFILE_TYPES);
  if (type === 'Localhost') {
    const name = textAt(file);
    if (name === undefined) return;
    if (name === '') refuse(report, file, 'FieldValueRequired', '`type: Localhost` needs a `localhostProfile`');
    if (name.trim() !== name) refuse(report, file, 'FieldValueInvalid', 'the profile may not have blanks around it');
    if (name.length > MAX_PROFILE_LENGTH) {
      refuse(report, file, 'FieldValueTooLong', `the profile may have ${MAX_PROFILE_LENGTH} characters`);
    }
  } else if ((type === 'RuntimeDefault' || type === 'Unconfined') && isSet(file)) {
    refuse(report, file, 'FieldValueInvalid', '`localhostProfile` is for `type: Localhost` only');
  }
}

function validateEscalation(context: Place, report: Report): void {
  if (booleanAt(child(context, 'allowPrivilegeEscalation')) !== false) return;
  const at = { ...child(context, 'allowPrivilegeEscalation'), path: context.path };
  if (booleanAt(child(context, 'privileged')) === true) {
    const message = '`privileged: true` and `allowPrivilegeEscalation: false` exclude each other';
    refuse(report, at, 'FieldValueInvalid', message);
  }
  const added = items(child(child(context, 'capabilities'), 'add')).map(stringAt);
  if (added.includes('CAP_SYS_ADMIN')) {
    const message = 'the capability `CAP_SYS_ADMIN` and `allowPrivilegeEscalation: false` exclude each other';
    refuse(report, at, 'FieldValueInvalid', message);
  }
}
