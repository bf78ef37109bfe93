import { type Draft, fillEmpty, fillUnset, isUnset, objectIn, objectsIn, textIn } from './draft.ts';
import { pullPolicyOf } from './image.ts';
import { defaultClaimSpec } from './storage.ts';
import { defaultVolumeSource } from './volumeSource.ts';

/** A volume of a Pod spec. Source: kubernetes pkg/apis/core/v1/defaults.go and zz_generated.defaults.go. */
export function defaultVolume(volume: Draft): void {
  if (Object.keys(volume).every((name) => name === 'name' || isUnset(volume, name))) volume.emptyDir = {};
  const image = objectIn(volume, 'image');
  if (image) fillEmpty(image, 'pullPolicy', pullPolicyOf(textIn(image, 'reference') ?? ''));
  for (const name of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = objectIn(volume, name);
    if (source) fillUnset(source, 'defaultMode', 0o644);
  }
  defaultDownwardItems(objectIn(volume, 'downwardAPI'));
  for (const source of objectsIn(objectIn(volume, 'projected'), 'sources')) {
    defaultDownwardItems(objectIn(source, 'downwardAPI'));
    const token = objectIn(source, 'serviceAccountToken');
    if (token) fillUnset(token, 'expirationSeconds', 3600);
  }
  const template = objectIn(objectIn(volume, 'ephemeral'), 'volumeClaimTemplate');
  if (template) defaultClaimSpec(objectIn(template, 'spec') ?? {});
  defaultVolumeSource(volume);
}

function defaultDownwardItems(source: Draft | undefined): void {
  for (const item of objectsIn(source, 'items')) {
    const field = objectIn(item, 'fieldRef');
    if (field) fillEmpty(field, 'apiVersion', 'v1');
  }
}
