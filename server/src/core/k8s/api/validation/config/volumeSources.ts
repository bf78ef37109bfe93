import { dns1123LabelFault, dns1123SubdomainFault } from '../../../validity.ts';
import { child, isAbsent, type Place, type Report, refuse, stringAt } from '../../place.ts';
import { textAt } from '../values.ts';
import { descend, isSet, requireText, validateRequiredText, validateText } from '../workloads/checks.ts';
import { backstepFault } from '../workloads/paths.ts';
import * as inline from '../workloads/volumes/sources.ts';

/** Checks what a volume is made of; the object is the volume. */
export type ValidateSource = (source: Place, report: Report, object: Place) => void;

/**
 * The types of volumes in the order in which the server looks for them. Most are those of Pods; Secrets are named with their
 * namespaces here. Source: kubernetes pkg/apis/core/validation, `ValidatePersistentVolumeSpec`.
 */
export const VOLUME_SOURCES: ReadonlyMap<string, ValidateSource> = new Map<string, ValidateSource>([
  ['hostPath', inline.validateHostPath],
  ['gcePersistentDisk', (source, report) => inline.validateDisk(named(source, 'persistentDisk'), report, 'pdName')],
  ['awsElasticBlockStore', (source, report) => inline.validateDisk(source, report, 'volumeID')],
  ['glusterfs', validateGlusterfs],
  ['flocker', inline.validateFlocker],
  ['nfs', inline.validateNfs],
  ['rbd', inline.validateRbd],
  ['quobyte', inline.validateQuobyte],
  ['cephfs', inline.validateCephFs],
  ['iscsi', validateIscsi],
  ['cinder', withSecret(inline.validateCinder)],
  ['fc', inline.validateFibreChannel],
  ['flexVolume', inline.validateFlexVolume],
  ['azureFile', validateAzureFile],
  ['vsphereVolume', (source, report) => inline.requireTexts(source, report, ['volumePath'])],
  ['photonPersistentDisk', (source, report) => inline.requireTexts(source, report, ['pdID'])],
  ['portworxVolume', (source, report) => inline.requireTexts(source, report, ['volumeID'])],
  ['azureDisk', inline.validateAzureDisk],
  ['scaleIO', (source, report) => inline.requireTexts(source, report, ['gateway', 'system', 'volumeName'])],
  ['local', (source, report) => validateRequiredText(child(source, 'path'), report, backstepFault)],
  ['storageos', withSecret(inline.validateStorageOs)],
  ['csi', validateCsi],
]);

function named(source: Place, name: string): Place {
  return { ...source, path: source.path.replace(/[^.]*$/, name) };
}

/** A type whose Secret needs a namespace too. */
function withSecret(validate: (source: Place, report: Report) => void): ValidateSource {
  return (source, report) => {
    validate(source, report);
    const secret = child(source, 'secretRef');
    if (isSet(secret)) requireText(child(secret, 'namespace'), report);
  };
}

function validateGlusterfs(source: Place, report: Report): void {
  inline.requireTexts(source, report, ['endpoints', 'path']);
  const namespace = child(source, 'endpointsNamespace');
  if (!isAbsent(namespace)) validateText(namespace, report, dns1123LabelFault);
}

/** With an initiator, the names of volume and portal become one. */
function validateIscsi(source: Place, report: Report, object: Place): void {
  inline.validateIscsi(source, report);
  const secret = child(source, 'secretRef');
  if (isSet(secret)) requireText(child(secret, 'name'), report);
  const portal = child(source, 'targetPortal');
  const [name, text] = [textAt(descend(object, 'metadata', 'name')), textAt(portal)];
  if (stringAt(child(source, 'initiatorName')) === undefined || name === undefined || text === undefined) return;
  if (`${name}:${text}`.length <= 64) return;
  const message = 'the names of volume and portal have more than 63 characters together';
  refuse(report, { ...portal, path: `${source.path}.targetportal` }, 'FieldValueInvalid', message);
}

function validateAzureFile(source: Place, report: Report): void {
  inline.requireTexts(source, report, ['secretName', 'shareName']);
  const namespace = child(source, 'secretNamespace');
  if (!isAbsent(namespace)) requireText(namespace, report);
}

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

function validateCsi(source: Place, report: Report): void {
  inline.validateCsi(source, (refusal) => {
    if (refusal.field === `${source.path}.driver`) report(refusal);
  });
  requireText(child(source, 'volumeHandle'), report);
  for (const name of CSI_SECRETS) {
    const secret = child(source, name);
    if (!isSet(secret)) continue;
    validateRequiredText(child(secret, 'name'), report, dns1123SubdomainFault);
    validateRequiredText(child(secret, 'namespace'), report, dns1123LabelFault);
  }
}
