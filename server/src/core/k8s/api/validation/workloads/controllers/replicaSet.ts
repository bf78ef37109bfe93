import { child, type Place, type Report, type Validator } from '../../../place.ts';
import { validateNotNegative } from '../checks.ts';
import { validateTemplate } from '../template.ts';
import { validateRunsForever } from './common.ts';
import { validateRequiredSelector, validateSelectsTemplate } from './selection.ts';

/** Source: kubernetes pkg/apis/apps/validation, `ValidateReplicaSetSpec`. */
export const validateReplicaSet: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateNotNegative(child(spec, 'replicas'), report);
  validateNotNegative(child(spec, 'minReadySeconds'), report);
  validateSelectorAndTemplate(spec, report);
};

/** The template is looked at only when the selector can be read. Source: as above, `ValidatePodTemplateSpecForReplicaSet`. */
export function validateSelectorAndTemplate(spec: Place, report: Report): void {
  const selector = child(spec, 'selector');
  const template = child(spec, 'template');
  if (!validateRequiredSelector(selector, report)) return;
  validateSelectsTemplate(selector, template, report);
  validateTemplate(template, report);
  validateRunsForever(template, report);
}
