import { child, items, refuse, stringAt, type Validator } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { validatePodAnnotations, validateProfilesAgree } from '../annotations.ts';
import { validatePodSpec } from '../podSpec.ts';
import { validateTemplate } from '../template.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidatePodCreate`. */
export const validatePod: Validator = (object, report) => {
  const metadata = child(object, 'metadata');
  const spec = child(object, 'spec');
  const annotations = child(metadata, 'annotations');
  validatePodAnnotations(annotations, spec, report, annotations.path);
  const podName = stringAt(child(metadata, 'name'));
  const shape = { spec, annotations, labels: child(metadata, 'labels'), isPod: true };
  validatePodSpec(podName === undefined || podName === '' ? shape : { ...shape, podName }, report);
  validateProfilesAgree(annotations, spec, report);
  const node = child(spec, 'nodeName');
  if ((textAt(node) ?? '') !== '' && items(child(spec, 'schedulingGates')).length > 0) {
    refuse(report, node, 'FieldValueForbidden', '`nodeName` and `schedulingGates` exclude each other');
  }
};

/** Source: as above, `ValidatePodTemplate`. */
export const validatePodTemplate: Validator = (object, report) => validateTemplate(child(object, 'template'), report);
