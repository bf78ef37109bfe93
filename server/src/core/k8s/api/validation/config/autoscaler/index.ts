import { child, isAbsent, items, type Place, type Report, refuse, type Validator } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { descend, describeMissing, isSet, numberAt } from '../../workloads/checks.ts';
import { validateBehavior } from './behavior.ts';
import { validateMetric } from './metrics.ts';
import { validateObjectReference } from './reference.ts';

/** Source: kubernetes pkg/apis/autoscaling/validation, `ValidateHorizontalPodAutoscaler`. */
export const validateAutoscaler: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateReplicas(spec, report);
  validateObjectReference(child(spec, 'scaleTargetRef'), true, report);
  const metrics = child(spec, 'metrics');
  for (const metric of items(metrics)) validateMetric(metric, report);
  const types = items(metrics).map((metric) => textAt(child(metric, 'type')));
  const mayScaleToZero = types.some((type) => type === undefined || type === 'Object' || type === 'External');
  if (numberAt(child(spec, 'minReplicas'), 1) === 0 && isWholeList(metrics) && !mayScaleToZero) {
    refuse(report, metrics, 'FieldValueForbidden', 'scaling to zero needs a metric of type `Object` or `External`');
  }
  const behavior = child(spec, 'behavior');
  if (isSet(behavior)) validateBehavior(behavior, report);
};

/**
 * The same of autoscaling/v1, whose one field for a metric the server reports under the name that it has in v2.
 * Metrics in annotations are not looked at.
 */
export const validateAutoscalerV1: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateReplicas(spec, report);
  validateObjectReference(child(spec, 'scaleTargetRef'), true, report);
  if (numberAt(child(spec, 'minReplicas'), 1) === 0 && isAbsent(annotationOf(object))) {
    const at = { ...child(spec, 'minReplicas'), path: `${spec.path}.metrics` };
    refuse(report, at, 'FieldValueForbidden', 'scaling to zero needs a metric of type `Object` or `External`');
  }
  const target = child(spec, 'targetCPUUtilizationPercentage');
  const percentage = numberAt(target, 1);
  if (percentage === undefined || percentage >= 1) return;
  const at = { ...target, path: `${spec.path}.metrics[0].resource.target.averageUtilization` };
  refuse(report, at, 'FieldValueInvalid', `the wanted utilization is more than 0, not ${percentage}`);
};

function annotationOf(object: Place): Place {
  return descend(object, 'metadata', 'annotations', 'autoscaling.alpha.kubernetes.io/metrics');
}

function validateReplicas(spec: Place, report: Report): void {
  const [leastPlace, mostPlace] = [child(spec, 'minReplicas'), child(spec, 'maxReplicas')];
  const [least, most] = [numberAt(leastPlace, 1), numberAt(mostPlace)];
  if (least !== undefined && least < 1) {
    refuse(report, leastPlace, 'FieldValueInvalid', `\`minReplicas\` is at least 1, not ${least}`);
  }
  if (most !== undefined && most < 1) {
    const found = isAbsent(mostPlace) ? describeMissing(mostPlace) : `\`maxReplicas\` is at least 1, not ${most}`;
    refuse(report, mostPlace, 'FieldValueInvalid', found);
  } else if (least !== undefined && most !== undefined && most < least) {
    refuse(report, mostPlace, 'FieldValueInvalid', `\`maxReplicas\`, ${most}, is less than \`minReplicas\`, ${least}`);
  }
}
