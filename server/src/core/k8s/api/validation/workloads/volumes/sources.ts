import { byteLength, dns1123LabelFault, dns1123SubdomainFault } from '../../../../validity.ts';
import {
  booleanAt,
  child,
  entries,
  isAbsent,
  items,
  type Place,
  type Report,
  refuse,
  stringAt,
} from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import {
  isSet,
  refuseChoice,
  requireText,
  validateOptionalText,
  validateRange,
  validateRequiredText,
  validateWrittenChoice,
  validateWrittenRange,
  validateWrittenText,
} from '../checks.ts';
import { backstepFault, descendingPathFault } from '../paths.ts';

/*
 * The sources of volumes other than those in files.ts and projected.ts.
 * Source: kubernetes pkg/apis/core/validation, `validateHostPathVolumeSource` and its neighbours.
 */

export function validateHostPath(source: Place, report: Report): void {
  const path = requireText(child(source, 'path'), report);
  if (path === undefined) return;
  validateRequiredText(child(source, 'path'), report, backstepFault);
  const types = ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'];
  validateWrittenChoice(child(source, 'type'), report, types);
}

export function validateGitRepo(source: Place, report: Report): void {
  requireText(child(source, 'repository'), report);
  validateOptionalText(child(source, 'directory'), report, descendingPathFault);
}

/** A disk of a cloud, of which a partition may be named. */
export function validateDisk(source: Place, report: Report, idField: string): void {
  requireText(child(source, idField), report);
  validateWrittenRange(child(source, 'partition'), report, 0, 255);
}

export function validateNfs(source: Place, report: Report): void {
  requireText(child(source, 'server'), report);
  const place = child(source, 'path');
  const path = textAt(place);
  requireText(place, report);
  if (path !== undefined && !path.startsWith('/')) {
    refuse(report, place, 'FieldValueInvalid', `the path \`${path}\` is not absolute`);
  }
}

export function validateIscsi(source: Place, report: Report): void {
  requireText(child(source, 'targetPortal'), report);
  validateRequiredText(child(source, 'iqn'), report, initiatorFault);
  validateRange(child(source, 'lun'), report, 0, 255);
  const usesChap = ['chapAuthDiscovery', 'chapAuthSession'].some((name) => booleanAt(child(source, name)) === true);
  const secret = child(source, 'secretRef');
  if (usesChap && isAbsent(secret)) refuse(report, secret, 'FieldValueRequired', 'CHAP needs a `secretRef`');
  const initiator = child(source, 'initiatorName');
  validateWrittenText({ ...initiator, path: `${source.path}.initiatorname` }, report, initiatorFault);
}

/** With an initiator, the names of volume and portal become one. */
export function validateIscsiNames(volume: Place, report: Report): void {
  const source = child(volume, 'iscsi');
  const namePlace = child(volume, 'name');
  const [name, portal] = [namePlace, child(source, 'targetPortal')].map(textAt);
  if (stringAt(child(source, 'initiatorName')) === undefined || name === undefined || portal === undefined) return;
  if (byteLength(`${name}:${portal}`) <= 64) return;
  const message = 'the names of volume and portal have more than 63 characters together';
  refuse(report, namePlace, 'FieldValueInvalid', message);
}

export function validateFibreChannel(source: Place, report: Report): void {
  const names = child(source, 'targetWWNs');
  const ids = child(source, 'wwids');
  const lun = child(source, 'lun');
  const hasNames = items(names).length > 0;
  const hasIds = items(ids).length > 0;
  if (!hasNames && !hasIds && isWholeList(names) && isWholeList(ids)) {
    refuse(report, names, 'FieldValueRequired', '`targetWWNs` or `wwids` is needed');
  }
  if (hasNames && hasIds) refuse(report, names, 'FieldValueInvalid', '`targetWWNs` and `wwids` exclude each other');
  if (!hasNames) return;
  if (isAbsent(lun)) refuse(report, lun, 'FieldValueRequired', '`targetWWNs` needs a `lun`');
  validateWrittenRange(lun, report, 0, 255);
}

export function validateFlocker(source: Place, report: Report): void {
  const name = textAt(child(source, 'datasetName'));
  const id = textAt(child(source, 'datasetUUID'));
  if (name === '' && id === '')
    refuse(report, source, 'FieldValueRequired', '`datasetName` or `datasetUUID` is needed');
  if (name !== undefined && name !== '' && id !== undefined && id !== '') {
    refuse(report, source, 'FieldValueInvalid', '`datasetName` and `datasetUUID` exclude each other');
  }
  if (name?.includes('/')) {
    refuse(report, child(source, 'datasetName'), 'FieldValueInvalid', `\`${name}\` may not hold a \`/\``);
  }
}

export function validateRbd(source: Place, report: Report): void {
  requireItems(child(source, 'monitors'), report);
  requireText(child(source, 'image'), report);
}

export function validateCephFs(source: Place, report: Report): void {
  requireItems(child(source, 'monitors'), report);
}

/** A volume that may name a Secret. */
export function validateCinder(source: Place, report: Report): void {
  requireText(child(source, 'volumeID'), report);
  const secret = child(source, 'secretRef');
  if (isSet(secret)) requireText(child(secret, 'name'), report);
}

export function validateStorageOs(source: Place, report: Report): void {
  validateRequiredText(child(source, 'volumeName'), report, dns1123LabelFault);
  validateOptionalText(child(source, 'volumeNamespace'), report, dns1123LabelFault);
  const secret = child(source, 'secretRef');
  if (isSet(secret)) requireText(child(secret, 'name'), report);
}

export function validateQuobyte(source: Place, report: Report): void {
  const registryPlace = child(source, 'registry');
  const registry = requireText(registryPlace, report);
  const tenant = child(source, 'tenant');
  if (registry !== undefined && (textAt(tenant)?.length ?? 0) >= 65) {
    refuse(report, tenant, 'FieldValueRequired', 'the tenant has more than 64 characters');
  } else if (registry?.split(',').some((pair) => !HOST_AND_PORT.test(pair))) {
    refuse(report, registryPlace, 'FieldValueInvalid', `\`${registry}\` is no list of \`host:port\``);
  }
  requireText(child(source, 'volume'), report);
}

export function validateFlexVolume(source: Place, report: Report): void {
  requireText(child(source, 'driver'), report);
  for (const { key, keySpan, value } of entries(child(source, 'options'))) {
    const owner = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
    if (!owner.endsWith('.kubernetes.io') && !owner.endsWith('.k8s.io')) continue;
    refuse(report, { ...value, span: keySpan }, 'FieldValueInvalid', `the option \`${key}\` is Kubernetes' own`);
  }
}

export function validateAzureDisk(source: Place, report: Report): void {
  requireText(child(source, 'diskName'), report);
  const uriPlace = child(source, 'diskURI');
  requireText(uriPlace, report);
  const uri = textAt(uriPlace);
  validateWrittenChoice(child(source, 'cachingMode'), report, ['None', 'ReadOnly', 'ReadWrite']);
  const kindPlace = child(source, 'kind');
  const kind = isAbsent(kindPlace) ? 'Shared' : stringAt(kindPlace);
  validateWrittenChoice(kindPlace, report, ['Shared', 'Dedicated', 'Managed']);
  if (uri === undefined || kind === undefined) return;
  const start = kind === 'Managed' ? '/subscriptions/' : 'https://';
  if (!uri.startsWith(start)) refuseChoice(uriPlace, report, [`${start}…`], uri);
}

export function validateCsi(source: Place, report: Report): void {
  const driverPlace = child(source, 'driver');
  const driver = requireText(driverPlace, report);
  if (driver !== undefined) {
    if (driver.length > 63) refuse(report, driverPlace, 'FieldValueTooLong', 'the driver has more than 63 characters');
    const fault = dns1123SubdomainFault(driver.toLowerCase());
    if (fault !== undefined) refuse(report, driverPlace, 'FieldValueInvalid', `the driver \`${driver}\` ${fault}`);
  }
  const secret = child(source, 'nodePublishSecretRef');
  if (!isSet(secret)) return;
  const name = requireText(child(secret, 'name'), report);
  const fault = name === undefined ? undefined : dns1123SubdomainFault(name);
  if (fault === undefined) return;
  const at = { ...child(secret, 'name'), path: `${source.path}.name` };
  refuse(report, at, 'FieldValueInvalid', `the name \`${name}\` ${fault}`);
}

/** Fields that may not be empty, of sources that ask for nothing else. */
export function requireTexts(source: Place, report: Report, fields: readonly string[]): void {
  for (const field of fields) requireText(child(source, field), report);
}

function requireItems(list: Place, report: Report): void {
  if (!isWholeList(list) || items(list).length > 0) return;
  refuse(report, list, 'FieldValueRequired', 'the list has no item');
}

const HOST_AND_PORT = /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/;

const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/;

function initiatorFault(name: string): string | undefined {
  if (!/^(?:iqn|eui|naa)/.test(name)) return 'starts with none of `iqn`, `eui`, `naa`';
  const form = name.startsWith('iqn')
    ? IQN
    : name.startsWith('eui')
      ? /^eui.[A-Za-z0-9]{16}$/
      : /^naa.[A-Za-z0-9]{32}$/;
  return form.test(name) ? undefined : 'is not of the form that its start asks for';
}
