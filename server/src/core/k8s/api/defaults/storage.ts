import { type Draft, fillEmpty, fillUnset, objectIn, openObject } from './draft.ts';
import { addFinalizer } from './metadata.ts';
import { roundResources } from './resources.ts';
import { defaultVolumeSource } from './volumeSource.ts';

/** Source: kubernetes pkg/apis/core/v1/defaults.go; the finalizer is of the plugin StorageObjectInUseProtection. */
export function defaultPersistentVolumeClaim(claim: Draft): void {
  addFinalizer(claim, 'kubernetes.io/pvc-protection');
  defaultClaimSpec(openObject(claim, 'spec'));
  claim.status = { phase: 'Pending' };
}

export function defaultClaimSpec(spec: Draft): void {
  fillUnset(spec, 'volumeMode', 'Filesystem');
  const resources = objectIn(spec, 'resources');
  roundResources(objectIn(resources, 'limits'));
  roundResources(objectIn(resources, 'requests'));
  // Of the two fields for where the contents come from, one is copied to the other where it can be.
  const source = objectIn(spec, 'dataSource');
  const reference = objectIn(spec, 'dataSourceRef');
  if (source && !reference) spec.dataSourceRef = { ...source };
  else if (reference && !source && reference.namespace === undefined) spec.dataSource = { ...reference };
}

/** Source: as above, `SetDefaults_PersistentVolume`. */
export function defaultPersistentVolume(volume: Draft): void {
  addFinalizer(volume, 'kubernetes.io/pv-protection');
  const spec = openObject(volume, 'spec');
  fillEmpty(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  fillUnset(spec, 'volumeMode', 'Filesystem');
  roundResources(objectIn(spec, 'capacity'));
  defaultVolumeSource(spec);
  volume.status = { phase: 'Pending' };
}

/** Source: kubernetes pkg/apis/storage/v1/defaults.go. */
export function defaultStorageClass(storageClass: Draft): void {
  fillUnset(storageClass, 'reclaimPolicy', 'Delete');
  fillUnset(storageClass, 'volumeBindingMode', 'Immediate');
}
