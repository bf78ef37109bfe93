import { child, type Place, type Report, refuse } from '../../../place.ts';
import { pathSegmentFault } from '../../metadata/names.ts';
import { textAt } from '../../values.ts';
import { describeMissing, validateRequiredText } from '../../workloads/checks.ts';

/** The object that is scaled, or that a metric is about. Source: kubernetes
 * pkg/apis/autoscaling/validation, `ValidateCrossVersionObjectReference`. */
export function validateObjectReference(reference: Place, needsGroup: boolean, report: Report): void {
  const kind = textAt(child(reference, 'kind'));
  validateRequiredText(child(reference, 'kind'), report, pathSegmentFault);
  validateRequiredText(child(reference, 'name'), report, pathSegmentFault);
  const place = child(reference, 'apiVersion');
  const version = textAt(place);
  if (version === undefined) return;
  const slashes = version.split('/').length - 1;
  if (slashes > 1) {
    refuse(report, place, 'FieldValueInvalid', `\`${version}\` has more than one \`/\``);
  } else if (
    needsGroup &&
    kind !== undefined &&
    kind !== 'ReplicationController' &&
    (slashes === 0 || /^\//.test(version))
  ) {
    const message = version === '' ? describeMissing(place) : `\`${version}\` names no API group, as \`apps/v1\` does`;
    refuse(report, place, 'FieldValueInvalid', message);
  }
}
