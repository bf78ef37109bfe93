import { type Draft, isUnset, objectIn, objectsIn } from '../defaults/draft.ts';
import { isEqual, type ReportUpdate, refuseChange, type UpdateValidator, without } from './update.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidatePodUpdate`. */
export const validatePodUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [objectIn(live, 'spec') ?? {}, objectIn(next, 'spec') ?? {}];
  for (const list of ['containers', 'initContainers']) {
    if (objectsIn(before, list).length === objectsIn(after, list).length) continue;
    refuseChange(report, `spec.${list}`, 'a Pod neither gains nor loses containers', 'FieldValueForbidden');
    return;
  }
  if (!validateDeadline(before, after, report)) return;
  validateTolerations(before, after, report);
  const gates = new Set(objectsIn(before, 'schedulingGates').map(({ name }) => name));
  for (const [index, { name }] of objectsIn(after, 'schedulingGates').entries()) {
    if (gates.has(name)) continue;
    const message = `the scheduling gate \`${name}\` is new; of a Pod that exists, gates are only removed`;
    refuseChange(report, `spec.schedulingGates[${index}].name`, message, 'FieldValueForbidden');
  }
  const isGated = gates.size > 0;
  if (isGated) validateNodeSelector(before, after, report);
  if (isEqual(fixedPart(before, isGated), fixedPart(after, isGated))) return;
  const message = `of a Pod that exists, only ${OPEN_POD_FIELDS.map((name) => `\`${name}\``).join(', ')} may change`;
  refuseChange(report, 'spec', message, 'FieldValueForbidden');
};

/** What may change in the spec of a Pod, as the API server names it. */
export const OPEN_POD_FIELDS: readonly string[] = [
  'containers[*].image',
  'initContainers[*].image',
  'activeDeadlineSeconds',
  'tolerations',
  'schedulingGates',
];

/** False where the server stops at this. */
function validateDeadline(before: Draft, after: Draft, report: ReportUpdate): boolean {
  const field = 'spec.activeDeadlineSeconds';
  if (isUnset(after, 'activeDeadlineSeconds')) {
    if (!isUnset(before, 'activeDeadlineSeconds')) refuseChange(report, field, 'the deadline may not be removed');
    return true;
  }
  if (isUnset(before, 'activeDeadlineSeconds')) return true;
  if (Number(before.activeDeadlineSeconds) >= Number(after.activeDeadlineSeconds)) return true;
  refuseChange(report, field, 'the deadline may only come nearer');
  return false;
}

/** Tolerations are only added; of those that are there, only how long they last may change. */
function validateTolerations(before: Draft, after: Draft, report: ReportUpdate): void {
  const kept = objectsIn(after, 'tolerations').map((toleration) => without(toleration, ['tolerationSeconds']));
  for (const toleration of objectsIn(before, 'tolerations')) {
    const rest = without(toleration, ['tolerationSeconds']);
    if (kept.some((other) => isEqual(other, rest))) continue;
    const message = 'a toleration that is there may neither go nor change, but for its `tolerationSeconds`';
    refuseChange(report, 'spec.tolerations', message, 'FieldValueForbidden');
    return;
  }
}

function validateNodeSelector(before: Draft, after: Draft, report: ReportUpdate): void {
  const now = objectIn(after, 'nodeSelector') ?? {};
  const old = Object.entries(objectIn(before, 'nodeSelector') ?? {});
  if (old.every(([name, value]) => Object.hasOwn(now, name) && now[name] === value)) return;
  refuseChange(report, 'spec.nodeSelector', 'of a Pod with scheduling gates, the node selector only grows');
}

/** What may not change: all but images and the fields that are compared by themselves. */
function fixedPart(spec: Draft, isGated: boolean): Draft {
  const affinity = without(objectIn(spec, 'affinity') ?? {}, isGated ? ['nodeAffinity'] : []);
  return {
    ...without(spec, ['activeDeadlineSeconds', 'tolerations', 'schedulingGates', 'affinity', 'containers']),
    ...(isGated ? { nodeSelector: {} } : {}),
    ...(Object.keys(affinity).length > 0 || (!isGated && objectIn(spec, 'affinity')) ? { affinity } : {}),
    containers: withoutImages(spec, 'containers'),
    initContainers: withoutImages(spec, 'initContainers'),
  };
}

function withoutImages(spec: Draft, list: string): Draft[] {
  return objectsIn(spec, list).map((container) => without(container, ['image']));
}
