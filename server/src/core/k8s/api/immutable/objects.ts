import { compareQuantities, readQuantity, signOf } from '../../quantity.ts';
import { type Draft, isUnset, objectIn } from '../defaults/draft.ts';
import { isEqual, isOn, keepField, type ReportUpdate, refuseChange, type UpdateValidator, without } from './update.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidateConfigMapUpdate`. */
export const validateConfigMapUpdate: UpdateValidator = (live, next, report) => {
  keepContents(['data', 'binaryData'], live, next, report);
};

/** Source: as above, `ValidateSecretUpdate`. */
export const validateSecretUpdate: UpdateValidator = (live, next, report) => {
  keepField(['type'])(live, next, report);
  keepContents(['data'], live, next, report);
};

function keepContents(fields: readonly string[], live: Draft, next: Draft, report: ReportUpdate): void {
  if (live.immutable !== true) return;
  const message = 'the object is `immutable`';
  if (!isOn(next, 'immutable')) refuseChange(report, 'immutable', `${message} and stays so`, 'FieldValueForbidden');
  for (const field of fields) {
    if (isEqual(live[field] ?? {}, next[field] ?? {})) continue;
    refuseChange(report, field, `${message}: \`${field}\` may not change`, 'FieldValueForbidden');
  }
}

/** Source: as above, `ValidatePersistentVolumeClaimUpdate`. `isBound`: whether the claim has a volume, if that is known. */
export function claimUpdateValidator(isBound: boolean | undefined): UpdateValidator {
  return (live, next, report) => {
    const [before, after] = [objectIn(live, 'spec') ?? {}, objectIn(next, 'spec') ?? {}];
    if (!isEqual(fixedClaimPart(before, before, isBound !== false), fixedClaimPart(after, before, isBound !== false))) {
      refuseChange(report, 'spec', 'the spec of a claim may not change', 'FieldValueForbidden');
    } else if (
      isBound !== true &&
      !isEqual(fixedClaimPart(before, before, false), fixedClaimPart(after, before, false))
    ) {
      const message = 'the spec of a claim may not change before the claim is bound';
      report({ field: 'spec', reason: 'FieldValueForbidden', message, isCertain: isBound === false });
    }
    validateClaimSize(before, after, isBound, report);
    if (!isEqual(before.volumeMode, after.volumeMode)) {
      refuseChange(report, 'volumeMode', 'the `volumeMode` of a claim may not change');
    }
  };
}

/** A claim may ask for less again, but not for less than its volume has; how much that is, no manifest says. */
function validateClaimSize(before: Draft, after: Draft, isBound: boolean | undefined, report: ReportUpdate): void {
  const [size, nextSize] = [before, after].map((spec) => {
    return readQuantity(objectIn(objectIn(spec, 'resources'), 'requests')?.storage);
  });
  const isNothing = nextSize === undefined || signOf(nextSize) === 0;
  const isLess = size !== undefined && (isNothing || compareQuantities(nextSize, size) < 0);
  if (!isLess || (isBound === false && !isNothing)) return;
  const message = 'a claim asks for more than its volume has';
  const field = 'spec.resources.requests.storage';
  report({ field, reason: 'FieldValueForbidden', message, isCertain: isNothing });
}

/** What may not change: the volume and the class may be set once; of a bound claim, the size may change. */
function fixedClaimPart(spec: Draft, before: Draft, isBound: boolean): Draft {
  const open = [
    ...(isUnset(before, 'volumeName') || before.volumeName === '' ? ['volumeName'] : []),
    ...(isUnset(before, 'storageClassName') ? ['storageClassName'] : []),
    ...(isBound ? ['volumeAttributesClassName', 'resources'] : []),
  ];
  const resources = objectIn(spec, 'resources') ?? {};
  const requests = without(objectIn(resources, 'requests') ?? {}, ['storage']);
  return {
    ...without(spec, open),
    ...(isBound ? { fixedResources: { ...without(resources, ['requests']), requests } } : {}),
  };
}

/** Fields of a volume that are not of its source. */
const OPEN_VOLUME_FIELDS: readonly string[] = [
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
];

/** Source: as above, `ValidatePersistentVolumeUpdate`. */
export const validateVolumeUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [objectIn(live, 'spec') ?? {}, objectIn(next, 'spec') ?? {}];
  if (!isEqual(without(before, OPEN_VOLUME_FIELDS), without(after, OPEN_VOLUME_FIELDS))) {
    const message = 'where a volume keeps its contents may not change';
    refuseChange(report, 'spec.persistentvolumesource', message, 'FieldValueForbidden');
  }
  if (!isEqual(before.volumeMode, after.volumeMode)) {
    refuseChange(report, 'volumeMode', 'the `volumeMode` of a volume may not change');
  }
  if (!isUnset(before, 'nodeAffinity') && !isEqual(before.nodeAffinity, after.nodeAffinity)) {
    refuseChange(report, 'nodeAffinity', 'the `nodeAffinity` of a volume may not change once it is set');
  }
};

/** Source: as above, `ValidateResourceQuotaUpdate`. */
export const validateQuotaUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [live, next].map((quota) => {
    const scopes = objectIn(quota, 'spec')?.scopes;
    return Array.isArray(scopes) ? [...new Set(scopes.map(String))].sort() : [];
  });
  if (!isEqual(before, after)) refuseChange(report, 'spec.scopes', 'the scopes of a quota may not change');
};
