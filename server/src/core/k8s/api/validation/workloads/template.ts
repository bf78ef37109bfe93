import { child, type Place, type Report } from '../../place.ts';
import { validateTemplateMetadata } from '../metadata/index.ts';
import { validatePodAnnotations, validateProfilesAgree } from './annotations.ts';
import { validatePodSpec } from './podSpec.ts';
import type { PodShape } from './shape.ts';

/** The template of Pods at a place. Source: kubernetes pkg/apis/core/validation, `ValidatePodTemplateSpec`. */
export function validateTemplate(
  template: Place,
  report: Report,
  more: Pick<PodShape, 'claimTemplates' | 'ignoresHostname'> = {},
): void {
  const metadata = child(template, 'metadata');
  const spec = child(template, 'spec');
  const annotations = child(metadata, 'annotations');
  validateTemplateMetadata(template, report);
  validatePodAnnotations(annotations, spec, report, `${template.path}.annotations`);
  validatePodSpec({ spec, annotations, labels: child(metadata, 'labels'), isPod: false, ...more }, report);
  validateProfilesAgree(annotations, spec, report);
}
