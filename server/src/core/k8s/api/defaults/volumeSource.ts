import { type Draft, fillEmpty, fillUnset, objectIn } from './draft.ts';

/** The sources that volumes of Pods and PersistentVolumes share. */
export function defaultVolumeSource(source: Draft): void {
  const hostPath = objectIn(source, 'hostPath');
  const iscsi = objectIn(source, 'iscsi');
  const rbd = objectIn(source, 'rbd');
  const azureDisk = objectIn(source, 'azureDisk');
  const scaleIO = objectIn(source, 'scaleIO');
  if (hostPath) fillUnset(hostPath, 'type', '');
  if (iscsi) fillEmpty(iscsi, 'iscsiInterface', 'default');
  if (rbd) {
    fillEmpty(rbd, 'pool', 'rbd');
    fillEmpty(rbd, 'user', 'admin');
    fillEmpty(rbd, 'keyring', '/etc/ceph/keyring');
  }
  if (azureDisk) {
    fillUnset(azureDisk, 'cachingMode', 'ReadWrite');
    fillUnset(azureDisk, 'fsType', 'ext4');
    fillUnset(azureDisk, 'readOnly', false);
    fillUnset(azureDisk, 'kind', 'Shared');
  }
  if (scaleIO) {
    fillEmpty(scaleIO, 'storageMode', 'ThinProvisioned');
    fillEmpty(scaleIO, 'fsType', 'xfs');
  }
}
