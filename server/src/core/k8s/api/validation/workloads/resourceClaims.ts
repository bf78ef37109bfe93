import { dns1123LabelFault, dns1123SubdomainFault } from '../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../place.ts';
import { isWholeList, textAt } from '../values.ts';
import { isSet, validateRequiredText, validateWrittenText } from './checks.ts';
import type { KnownNames, PodShape } from './shape.ts';

/** `resourceClaims` of a Pod; gives back their names. Source: kubernetes pkg/apis/core/validation, `validatePodResourceClaims`. */
export function validateResourceClaims({ spec }: PodShape, report: Report): KnownNames {
  const list = child(spec, 'resourceClaims');
  const names = new Set<string>();
  let isClosed = isWholeList(list);
  for (const claim of items(list)) {
    const name = textAt(child(claim, 'name'));
    if (name !== undefined && name !== '' && names.has(name)) {
      refuse(report, child(claim, 'name'), 'FieldValueDuplicate', `another claim is named \`${name}\` too`);
    } else {
      validateRequiredText(child(claim, 'name'), report, dns1123LabelFault);
    }
    if (name === undefined) isClosed = false;
    else if (name !== '') names.add(name);
    validateReference(claim, report);
  }
  return { names, isClosed };
}

function validateReference(claim: Place, report: Report): void {
  const references = ['resourceClaimName', 'resourceClaimTemplateName'].map((field) => child(claim, field));
  if (references.every(isSet)) {
    refuse(
      report,
      claim,
      'FieldValueInvalid',
      '`resourceClaimName` and `resourceClaimTemplateName` exclude each other',
    );
  }
  if (references.every(isAbsent)) {
    refuse(report, claim, 'FieldValueInvalid', '`resourceClaimName` or `resourceClaimTemplateName` is needed');
  }
  for (const reference of references) validateWrittenText(reference, report, dns1123SubdomainFault);
}
