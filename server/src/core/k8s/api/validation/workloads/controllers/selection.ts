import { child, entries, isAbsent, isDecided, items, type Place, type Report, refuse } from '../../../place.ts';
import { validateLabelSelector } from '../../metadata/index.ts';
import { isWholeList, textAt } from '../../values.ts';
import { isSet, isValid } from '../checks.ts';

/** A label's value, certainly none (`absent`), or `undefined` where undecided. */
export type LabelLookup = (key: string) => { readonly value: string } | 'absent' | undefined;

/** A controller's selector, which may not be left out or empty. Gives back whether nothing is wrong with what it says. */
export function validateRequiredSelector(selector: Place, report: Report): boolean {
  if (isAbsent(selector)) refuse(report, selector, 'FieldValueRequired', '`selector` is required');
  const isFine = isValid(report, (note) => validateLabelSelector(selector, note));
  validateSelectorSays(selector, report);
  if (!isFine) {
    refuse(report, selector, 'FieldValueInvalid', 'the selector cannot be read, for what is wrong in it');
  }
  return isFine;
}

/** Refuses `{}`, which would select every Pod. */
export function validateSelectorSays(selector: Place, report: Report): void {
  if (!isSet(selector) || !isEmptySelector(selector)) return;
  refuse(report, selector, 'FieldValueInvalid', 'an empty `selector` would select every Pod');
}

/**
 * The template's labels are such that the selector selects its Pods. An empty selector selects all, an absent one none.
 * Source: k8s.io/apimachinery pkg/apis/meta/v1, `LabelSelectorAsSelector`.
 */
export function validateSelectsTemplate(selector: Place, template: Place, report: Report): void {
  const labels = child(child(template, 'metadata'), 'labels');
  if (isAbsent(selector)) {
    refuse(report, labels, 'FieldValueInvalid', 'no selector selects the Pods of this template');
    return;
  }
  const wrong = unmetRequirement(selector, (key) => labelOf(labels, key));
  if (wrong === undefined) return;
  refuse(report, labels, 'FieldValueInvalid', `the labels do not match the selector: ${wrong}`);
}

/** The same for a selector that is a plain map; an empty one is not compared. */
export function validateMapSelectsTemplate(selector: Place, template: Place, report: Report): void {
  const labels = child(child(template, 'metadata'), 'labels');
  const wrong = unmetPair(selector, (key) => labelOf(labels, key));
  if (wrong !== undefined)
    refuse(report, labels, 'FieldValueInvalid', `the labels do not match the selector: ${wrong}`);
}

function isEmptySelector(selector: Place): boolean {
  const labels = child(selector, 'matchLabels');
  const expressions = child(selector, 'matchExpressions');
  const isKnown =
    isDecided(labels) && (isAbsent(labels) || labels.node?.kind === 'mapping') && isWholeList(expressions);
  return isKnown && entries(labels).length === 0 && items(expressions).length === 0;
}

/** What of a selector certainly does not hold: "`app: shop` is asked for, the Pods have `app: web`". */
export function unmetRequirement(selector: Place, labels: LabelLookup): string | undefined {
  const pair = unmetPair(child(selector, 'matchLabels'), labels);
  if (pair !== undefined) return pair;
  for (const expression of items(child(selector, 'matchExpressions'))) {
    const unmet = unmetExpression(expression, labels);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

function unmetPair(map: Place, labels: LabelLookup): string | undefined {
  for (const { key, value } of entries(map)) {
    const wanted = textAt(value);
    const found = labels(key);
    if (found === 'absent') return `it asks for \`${key}\`, which the template lacks`;
    if (wanted === undefined || found === undefined || found.value === wanted) continue;
    return `it asks for \`${key}: ${wanted}\`, the template has \`${key}: ${found.value}\``;
  }
  return undefined;
}

function unmetExpression(expression: Place, labels: LabelLookup): string | undefined {
  const key = textAt(child(expression, 'key'));
  const operator = textAt(child(expression, 'operator'));
  const valuesPlace = child(expression, 'values');
  const values = items(valuesPlace).map(textAt);
  if (key === undefined) return undefined;
  const label = labels(key);
  const hasValue = label !== 'absent' && label !== undefined && values.includes(label.value);
  switch (operator) {
    case 'In':
      if (label === 'absent') return `it asks for \`${key}\`, which the template lacks`;
      if (label === undefined || hasValue || values.includes(undefined) || !isWholeList(valuesPlace)) return undefined;
      return `the value \`${label.value}\` of \`${key}\` is none that it asks for`;
    case 'NotIn':
      return hasValue ? `it excludes the value of \`${key}\` that the template has` : undefined;
    case 'Exists':
      return label === 'absent' ? `it asks for \`${key}\`, which the template lacks` : undefined;
    case 'DoesNotExist':
      return label !== undefined && label !== 'absent' ? `it excludes \`${key}\`, which the template has` : undefined;
    default:
      return undefined;
  }
}

/** What a map of labels has for a key. */
export function labelOf(labels: Place, key: string): ReturnType<LabelLookup> {
  const found = entries(labels).find((entry) => entry.key === key);
  if (found !== undefined) {
    const value = textAt(found.value);
    return value === undefined ? undefined : { value };
  }
  const isKnown = isAbsent(labels) || (labels.node?.kind === 'mapping' && isDecided(labels));
  return isKnown ? 'absent' : undefined;
}
