import { child, entries, isAbsent, isDecided, refuse, type Validator } from '../../../place.ts';
import { validateNotNegative } from '../checks.ts';
import { validateTemplate } from '../template.ts';
import { validateLabelsOfTemplate, validateRunsForever } from './common.ts';
import { validateMapSelectsTemplate } from './selection.ts';

/** A selector that is left out is the template's labels. Source: kubernetes pkg/apis/core/validation, `ValidateReplicationControllerSpec`. */
export const validateReplicationController: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const selector = child(spec, 'selector');
  const template = child(spec, 'template');
  const labels = child(child(template, 'metadata'), 'labels');
  validateNotNegative(child(spec, 'minReadySeconds'), report);
  validateNotNegative(child(spec, 'replicas'), report);
  const isEmpty = [selector, labels].every((map) => isDecided(map) && entries(map).length === 0 && isMapOrNothing(map));
  if (isEmpty) refuse(report, selector, 'FieldValueRequired', '`selector` is required');
  if (isAbsent(template)) {
    refuse(report, template, 'FieldValueRequired', '`template` is required');
    return;
  }
  if (entries(selector).length > 0) validateMapSelectsTemplate(selector, template, report);
  validateLabelsOfTemplate(object, template, report);
  validateTemplate(template, report);
  validateRunsForever(template, report);
};

function isMapOrNothing(
  map: { readonly node: { readonly kind: string } | undefined } & Parameters<typeof isAbsent>[0],
): boolean {
  return isAbsent(map) || map.node?.kind === 'mapping';
}
