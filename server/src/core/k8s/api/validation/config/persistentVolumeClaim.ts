import { child, isAbsent, type Place, type Report, type Validator } from '../../place.ts';
import type { Refusal } from '../../refusal.ts';
import { textAt } from '../values.ts';
import { isSet } from '../workloads/checks.ts';
import { validateClaimSpec } from '../workloads/volumes/claim.ts';

/**
 * Source: kubernetes pkg/apis/core/validation, `ValidatePersistentVolumeClaim`, after what pkg/api/persistentvolumeclaim/util.go
 * does to the sources of data: a reference into another namespace is dropped, so is a `dataSource` that is neither a claim nor
 * a snapshot where it stands alone, and of the two fields each is copied to the other where that is empty.
 */
export const validatePersistentVolumeClaim: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const source = child(spec, 'dataSource');
  const reference = child(spec, 'dataSourceRef');
  const isReferenceDropped = (textAt(child(reference, 'namespace')) ?? '') !== '';
  const hasReference = isSet(reference) && !isReferenceDropped;
  validateClaimSpec(spec, (refusal) => {
    const isOfReference = isBelow(refusal, reference);
    const isOfSource = isBelow(refusal, source) || refusal.field === spec.path;
    if (isOfReference && !hasReference) return;
    if (isOfSource && !hasReference && !isClaimOrSnapshot(source)) return;
    if (refusal.field === spec.path && !hasReference) return;
    report(refusal);
    if (isOfSource && isAbsent(reference)) copyTo(reference, source, refusal, report);
    if (isOfReference && isAbsent(source)) copyTo(source, reference, refusal, report);
  });
};

function isBelow({ field }: Refusal, { path }: Place): boolean {
  return field === path || field.startsWith(`${path}.`);
}

function copyTo(to: Place, from: Place, refusal: Refusal, report: Report): void {
  if (isBelow(refusal, from)) report({ ...refusal, field: to.path + refusal.field.slice(from.path.length) });
}

function isClaimOrSnapshot(source: Place): boolean {
  const kind = textAt(child(source, 'kind'));
  const group = textAt(child(source, 'apiGroup'));
  return (
    (kind === 'PersistentVolumeClaim' && group === '') ||
    (kind === 'VolumeSnapshot' && group === 'snapshot.storage.k8s.io')
  );
}
