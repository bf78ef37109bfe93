import { labelKeyFault } from '../../../../validity.ts';
import { child, entries, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { isSet, validateText } from '../checks.ts';
import type { PodShape } from '../shape.ts';

/**
 * `matchLabelKeys` and `mismatchLabelKeys` beside a selector. In a Pod the server has added them to the selector by then,
 * as far as the Pod has such labels. A key that stands in both is reported at the place of a list item of that index.
 * Source: kubernetes pkg/apis/core/validation, `ValidateMatchLabelKeysAndMismatchLabelKeys`.
 */
export function validateMatchLabelKeys(holder: Place, report: Report, shape: PodShape, takesMismatch = true): void {
  const selector = child(holder, 'labelSelector');
  const matchPlaces = items(child(holder, 'matchLabelKeys'));
  const mismatchPlaces = takesMismatch ? items(child(holder, 'mismatchLabelKeys')) : [];
  for (const [name, places] of [
    ['matchLabelKeys', matchPlaces],
    ['mismatchLabelKeys', mismatchPlaces],
  ] as const) {
    const list = child(holder, name);
    if (places.length === 0) continue;
    if (isAbsent(selector)) {
      refuse(report, list, 'FieldValueForbidden', `\`${name}\` needs a \`labelSelector\``);
    } else {
      for (const place of places) validateText(place, report, labelKeyFault);
    }
  }
  const matchKeys = matchPlaces.map(textAt);
  const mismatchKeys = mismatchPlaces.map(textAt);
  if (isSet(selector)) validateSelectorKeys(holder, selector, { matchKeys, mismatchKeys }, report, shape);
  matchPlaces.forEach((place, index) => {
    const key = matchKeys[index];
    if (key === undefined || !mismatchKeys.includes(key)) return;
    refuse(report, place, 'FieldValueInvalid', `\`${key}\` is in \`mismatchLabelKeys\` too`);
  });
}

function validateSelectorKeys(
  holder: Place,
  selector: Place,
  keys: { readonly matchKeys: readonly (string | undefined)[]; readonly mismatchKeys: readonly (string | undefined)[] },
  report: Report,
  { isPod, labels }: PodShape,
): void {
  const podLabels = new Set(isPod ? entries(labels).map(({ key }) => key) : []);
  const written = items(child(selector, 'matchExpressions')).map((expression) => textAt(child(expression, 'key')));
  const added = [...keys.matchKeys, ...keys.mismatchKeys].filter((key) => key !== undefined && podLabels.has(key));
  const seen = new Set(entries(child(selector, 'matchLabels')).map(({ key }) => key));
  for (const key of [...written, ...added]) {
    if (key === undefined) continue;
    const index = keys.matchKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      const at = { ...child(holder, 'matchLabelKeys'), path: `${holder.path}[${index}]` };
      refuse(report, at, 'FieldValueInvalid', `\`${key}\` is in the \`labelSelector\` too`);
    }
    seen.add(key);
  }
}
