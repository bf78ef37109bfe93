import { annotationKeyFault, byteLength, labelKeyFault, labelValueFault } from '../../../validity.ts';
import { child, entries, type Place, type Report, refuse } from '../../place.ts';
import { named, pointingAt, textAt } from '../values.ts';

/**
 * The labels of an object or template, or the `matchLabels` of a selector. All faults carry the field of the map itself.
 * Source: k8s.io/apimachinery pkg/apis/meta/v1/validation, `ValidateLabels`.
 */
export function validateLabels(labels: Place, report: Report, except?: string): void {
  for (const { key, keySpan, value } of entries(labels)) {
    if (key === except) continue;
    const keyFault = labelKeyFault(key);
    if (keyFault !== undefined) {
      const message = key === '' ? 'the key of a label is empty' : `the label key \`${key}\` ${keyFault}`;
      refuse(report, pointingAt(labels, keySpan), 'FieldValueInvalid', message);
    }
    const text = textAt(value);
    const valueFault = text === undefined ? undefined : labelValueFault(text);
    if (valueFault !== undefined) {
      refuse(report, pointingAt(labels, value.span), 'FieldValueInvalid', `the label value \`${text}\` ${valueFault}`);
    }
  }
}

/** The annotations of an object or template. Source: k8s.io/apimachinery pkg/api/validation, `ValidateAnnotations`. */
export function validateAnnotations(annotations: Place, report: Report): void {
  let size = 0;
  for (const { key, keySpan, value } of entries(annotations)) {
    const fault = annotationKeyFault(key);
    if (fault !== undefined) {
      const message = key === '' ? 'the key of an annotation is empty' : `the annotation key \`${key}\` ${fault}`;
      refuse(report, pointingAt(annotations, keySpan), 'FieldValueInvalid', message);
    }
    size += byteLength(key) + byteLength(textAt(value) ?? '');
  }
  if (size > MAX_ANNOTATIONS_SIZE) {
    const message = `the annotations are ${size} bytes together; ${MAX_ANNOTATIONS_SIZE} is the most`;
    refuse(report, annotations, 'FieldValueTooLong', message);
  }
}

/**
 * Labels and annotations of a Pod template (`spec.template`), which the API server names without `metadata`:
 * `spec.template.labels`. Source: kubernetes pkg/apis/core/validation, `ValidatePodTemplateSpec`.
 */
export function validateTemplateMetadata(template: Place, report: Report): void {
  const metadata = child(template, 'metadata');
  validateLabels(named(child(metadata, 'labels'), `${template.path}.labels`), report);
  validateAnnotations(named(child(metadata, 'annotations'), `${template.path}.annotations`), report);
}

const MAX_ANNOTATIONS_SIZE = 256 * 1024;
