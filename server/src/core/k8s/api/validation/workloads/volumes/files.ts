import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { fieldName, isSet, numberAt, requireText, validateText } from '../checks.ts';
import { FILE_FIELD_PATHS, validateFieldReference, validateResourceReference } from '../containers/references.ts';
import { projectedPathFault } from '../paths.ts';

/** 0777 */
const MAX_MODE = 511;

/**
 * The permissions of files, `defaultMode` or `mode`: octal digits without a leading zero are another number.
 * Source: kubernetes pkg/apis/core/validation, `fileModeErrorMsg`.
 */
export function validateMode(place: Place, report: Report): void {
  const mode = isAbsent(place) ? undefined : numberAt(place);
  if (mode === undefined || (mode >= 0 && mode <= MAX_MODE)) return;
  const digits = String(mode);
  const meant = /^[0-7]{3}$/.test(digits) ? `: \`0${digits}\` may be meant` : '';
  refuse(
    report,
    place,
    'FieldValueInvalid',
    `\`${fieldName(place)}\` is \`0777\` at most, and ${mode} is ${mode < 0 ? 'negative' : `more${meant}`}`,
  );
}

/** A ConfigMap or Secret as files; `nameField` says what it is named by. */
export function validateKeyedFiles(source: Place, report: Report, nameField: string): void {
  requireText(child(source, nameField), report);
  validateMode(child(source, 'defaultMode'), report);
  for (const item of items(child(source, 'items'))) validateKeyToPath(item, report);
}

/** Source: as above, `validateKeyToPath`. */
export function validateKeyToPath(item: Place, report: Report): void {
  requireText(child(item, 'key'), report);
  requireText(child(item, 'path'), report);
  validateText(child(item, 'path'), report, projectedPathFault);
  validateMode(child(item, 'mode'), report);
}

/** Facts of the Pod as files. The server names their faults by the source, not by the item. */
export function validateDownwardFiles(source: Place, report: Report): void {
  validateMode(child(source, 'defaultMode'), report);
  for (const item of items(child(source, 'items'))) validateDownwardFile({ ...item, path: source.path }, report);
}

/** Source: as above, `validateDownwardAPIVolumeFile`. */
export function validateDownwardFile(file: Place, report: Report): void {
  requireText(child(file, 'path'), report);
  validateText(child(file, 'path'), report, projectedPathFault);
  const field = child(file, 'fieldRef');
  const resource = child(file, 'resourceFieldRef');
  if (isSet(field)) {
    validateFieldReference(field, report, FILE_FIELD_PATHS);
    if (isSet(resource)) {
      refuse(report, file, 'FieldValueInvalid', '`fieldRef` and `resourceFieldRef` exclude each other');
    }
  } else if (isSet(resource)) {
    if (isAbsent(field)) validateResourceReference(resource, report, true);
  } else if (isAbsent(field) && isAbsent(resource)) {
    refuse(report, file, 'FieldValueRequired', '`fieldRef` or `resourceFieldRef` is needed');
  }
  validateMode(child(file, 'mode'), report);
}

/** The file names that a volume brings, each once. */
export function validatePathDiffers(path: Place, volume: Place, report: Report, seen: Set<string>): void {
  const text = textAt(path);
  if (text === undefined) return;
  if (seen.has(text)) {
    refuse(report, { ...path, path: volume.path }, 'FieldValueInvalid', `another source writes \`${text}\` too`);
  }
  seen.add(text);
}
