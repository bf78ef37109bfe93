import { booleanAt, child, isAbsent, type Place, type Report, refuse, stringAt } from '../../place.ts';
import type { RefusalReason } from '../../refusal.ts';
import { quoteAll, textAt } from '../values.ts';

/** What is wrong with a text, as the end of a sentence; `undefined` when nothing. */
export type Fault = (text: string) => string | undefined;

/** An object or list is certainly there, be it empty: what Go has as a pointer or slice that is not nil. */
export function isSet({ node }: Place): boolean {
  return node !== undefined && node.unknown === undefined && (node.kind !== 'scalar' || node.value !== null);
}

/** An integer as the API server gets it, `absent` where nothing is written; `undefined` where undecided or of a wrong type. */
export function numberAt(place: Place, absent = 0): number | undefined {
  if (isAbsent(place)) return absent;
  const { node } = place;
  if (node?.kind !== 'scalar' || node.unknown !== undefined) return undefined;
  if (typeof node.value === 'bigint') return Number(node.value);
  return typeof node.value === 'number' && Number.isInteger(node.value) ? node.value : undefined;
}

/** The value of a flag that is written, or of one that is certainly not (`false`); `undefined` where undecided. */
export function flagAt(place: Place): boolean | undefined {
  return isAbsent(place) ? false : booleanAt(place);
}

/** `port` of `spec.ports[0].port`; `ports[0]` of `spec.ports[0]`. */
export function fieldName({ path }: Place): string {
  return /[^.[\]]*(?:\[[^\]]*\])*$/.exec(path)?.[0] ?? path;
}

/** A text that may not be empty; gives it back where it is not. */
export function requireText(place: Place, report: Report): string | undefined {
  const text = textAt(place);
  if (text === '') refuse(report, place, 'FieldValueRequired', describeMissing(place));
  return text === '' ? undefined : text;
}

/** "`scaleTargetRef` needs `kind`" */
export function describeMissing(place: Place): string {
  const name = fieldName(place);
  if (!isAbsent(place)) return `\`${name}\` is empty`;
  const parent = fieldName({ ...place, path: place.path.slice(0, -name.length - 1) });
  return parent === '' ? `\`${name}\` is required` : `\`${parent}\` needs \`${name}\``;
}

/** A text that is checked also when it is empty or absent. */
export function validateText(place: Place, report: Report, fault: Fault): void {
  const text = textAt(place);
  const found = text === undefined ? undefined : fault(text);
  if (found === undefined) return;
  const message = text === '' ? describeMissing(place) : `\`${fieldName(place)}\`: \`${text}\` ${found}`;
  refuse(report, place, 'FieldValueInvalid', message);
}

/** A text that may be left out, or empty. */
export function validateOptionalText(place: Place, report: Report, fault: Fault): void {
  if (textAt(place) !== '') validateText(place, report, fault);
}

/** A text that is checked where it is written, also when it is empty. */
export function validateWrittenText(place: Place, report: Report, fault: Fault): void {
  if (stringAt(place) !== undefined) validateText(place, report, fault);
}

/** A text that may not be empty, and is then checked. */
export function validateRequiredText(place: Place, report: Report, fault: Fault): void {
  if (requireText(place, report) !== undefined) validateText(place, report, fault);
}

/** One of a few words where it is written; an empty text counts as written. Gives back what stands there. */
export function validateWrittenChoice(place: Place, report: Report, choices: readonly string[]): string | undefined {
  const text = stringAt(place);
  if (text !== undefined && !choices.includes(text)) refuseChoice(place, report, choices, text);
  return text;
}

/** One of a few words, `absent` where nothing or an empty text is written. Gives back what counts. */
export function validateChoice(
  place: Place,
  report: Report,
  choices: readonly string[],
  absent: string,
): string | undefined {
  const text = textAt(place);
  if (text === '') return absent;
  return validateWrittenChoice(place, report, choices);
}

/** One of a few words, which may not be left out. */
export function validateRequiredChoice(place: Place, report: Report, choices: readonly string[]): void {
  if (requireText(place, report) !== undefined) validateWrittenChoice(place, report, choices);
}

export function refuseChoice(
  place: Place,
  report: Report,
  choices: readonly string[],
  text: string,
  reason: RefusalReason = 'FieldValueNotSupported',
): void {
  const message = text === '' ? describeMissing(place) : `\`${fieldName(place)}\` cannot be \`${text}\``;
  refuse(report, place, reason, `${message}: it is ${oneOf(choices)}`);
}

function oneOf(choices: readonly string[]): string {
  const written = choices.filter((choice) => choice !== '');
  return written.length === 1 ? quoteAll(written) : `one of ${quoteAll(written)}`;
}

export function validateNotNegative(place: Place, report: Report): void {
  const number = numberAt(place);
  if (number !== undefined && number < 0) {
    refuse(report, place, 'FieldValueInvalid', `\`${fieldName(place)}\` may not be negative`);
  }
}

/** An integer between two bounds, both included, where one is written. */
export function validateWrittenRange(place: Place, report: Report, least: number, most: number): void {
  if (!isAbsent(place)) validateRange(place, report, least, most);
}

/** The same, an absent one being 0. */
export function validateRange(place: Place, report: Report, least: number, most: number): void {
  const number = numberAt(place);
  if (number === undefined || (number >= least && number <= most)) return;
  const message = `\`${fieldName(place)}\` is between ${least} and ${most}, not ${number}`;
  refuse(report, place, 'FieldValueInvalid', message);
}

/** Refuses what is written at a place, for the reason given as a whole sentence. */
export function forbidWritten(place: Place, report: Report, why: string): void {
  if (isSet(place)) refuse(report, place, 'FieldValueForbidden', why);
}

/** The fields `a`, `b` of a place in turn. */
export function descend(place: Place, ...names: readonly string[]): Place {
  return names.reduce(child, place);
}

/** Whether a validator finds nothing; what it finds is reported. */
export function isValid(report: Report, validate: (report: Report) => void): boolean {
  let found = false;
  validate((refusal) => {
    found = true;
    report(refusal);
  });
  return !found;
}
