import { findNearest } from '../../../../../base/editDistance.ts';
import { booleanAt, child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { descend, flagAt, refuseChoice, validateOptionalText } from '../checks.ts';
import { backstepFault, descendingPathFault } from '../paths.ts';
import type { KnownVolumes } from '../shape.ts';

/**
 * What a container mounts. The server names some faults by the list alone (`volumeMounts.subPath`).
 * Source: kubernetes pkg/apis/core/validation, `ValidateVolumeMounts`.
 */
export function validateVolumeMounts(container: Place, report: Report, volumes: KnownVolumes): void {
  const mounts = child(container, 'volumeMounts');
  const devices = items(child(container, 'volumeDevices'));
  const deviceNames = new Set(devices.map((device) => textAt(child(device, 'name'))));
  const devicePaths = pathsByName(devices, 'devicePath');
  const paths = new Set<string>();
  for (const mount of items(mounts)) {
    validateVolumeName(child(mount, 'name'), report, volumes);
    const place = child(mount, 'mountPath');
    const path = textAt(place);
    if (path === '') refuse(report, place, 'FieldValueRequired', '`mountPath` is required');
    if (path !== undefined) {
      if (paths.has(path)) refuse(report, place, 'FieldValueInvalid', `another volume is mounted at \`${path}\` too`);
      if (devicePaths.has(path)) refuse(report, place, 'FieldValueInvalid', `\`${path}\` is the path of a device`);
      paths.add(path);
    }
    const name = textAt(child(mount, 'name'));
    if (name !== undefined && deviceNames.has(name)) {
      refuse(
        report,
        child(mount, 'name'),
        'FieldValueInvalid',
        `the volume \`${name}\` is a device of the container too`,
      );
    }
    validateSubPaths(mount, mounts, report);
    validatePropagation(mount, container, mounts, report);
    validateRecursiveReadOnly(mount, mounts, report);
  }
}

/** Block devices of a container. Source: as above, `ValidateVolumeDevices`. */
export function validateVolumeDevices(container: Place, report: Report, volumes: KnownVolumes): void {
  const mounts = items(child(container, 'volumeMounts'));
  const mountNames = new Set(mounts.map((mount) => textAt(child(mount, 'name'))));
  const mountPaths = pathsByName(mounts, 'mountPath');
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const device of items(child(container, 'volumeDevices'))) {
    const namePlace = child(device, 'name');
    const name = textAt(namePlace);
    validateVolumeName(namePlace, report, volumes);
    if (name !== undefined) {
      const fault = names.has(name)
        ? 'is a device of the container already'
        : mountNames.has(name)
          ? 'is mounted by the container too'
          : volumes.isClaimByName.get(name) === false
            ? 'is no claim, and only a claim can be a device'
            : undefined;
      if (fault !== undefined) refuse(report, namePlace, 'FieldValueInvalid', `the volume \`${name}\` ${fault}`);
      if (name !== '') names.add(name);
    }
    const pathPlace = child(device, 'devicePath');
    const path = textAt(pathPlace);
    if (path === undefined) continue;
    if (path === '') refuse(report, pathPlace, 'FieldValueRequired', '`devicePath` is required');
    const fault = paths.has(path)
      ? "is another device's path already"
      : mountPaths.has(path)
        ? 'is the path of a mount too'
        : backstepFault(path);
    if (fault !== undefined) refuse(report, pathPlace, 'FieldValueInvalid', `the path \`${path}\` ${fault}`);
    if (backstepFault(path) === undefined) paths.add(path);
  }
}

/** The server keeps one path for each volume, the last. */
function pathsByName(places: readonly Place[], field: string): ReadonlySet<string | undefined> {
  const byName = new Map(places.map((place) => [textAt(child(place, 'name')), textAt(child(place, field))]));
  return new Set(byName.values());
}

function validateVolumeName(place: Place, report: Report, volumes: KnownVolumes): void {
  const name = textAt(place);
  if (name === undefined) return;
  if (name === '') refuse(report, place, 'FieldValueRequired', '`name` is required');
  else if (!volumes.isClaimByName.has(name) && volumes.isClosed) {
    refuse(report, place, 'FieldValueNotFound', missingVolume(name, volumes));
  }
}

function missingVolume(name: string, { written }: KnownVolumes): string {
  if (written.has(name)) return `the volume \`${name}\` is refused itself`;
  const nearest = findNearest(name, written, (candidate) => candidate);
  return `the Pod has no volume \`${name}\`${nearest === undefined ? '' : `; \`${nearest}\` is there`}`;
}

function validateSubPaths(mount: Place, mounts: Place, report: Report): void {
  const subPath = child(mount, 'subPath');
  const expression = child(mount, 'subPathExpr');
  validateOptionalText({ ...subPath, path: `${mounts.path}.subPath` }, report, descendingPathFault);
  validateOptionalText({ ...expression, path: `${mounts.path}.subPathExpr` }, report, descendingPathFault);
  if ((textAt(subPath) ?? '') !== '' && (textAt(expression) ?? '') !== '') {
    refuse(report, expression, 'FieldValueInvalid', '`subPath` and `subPathExpr` exclude each other');
  }
}

const PROPAGATIONS = ['None', 'HostToContainer', 'Bidirectional'];

function validatePropagation(mount: Place, container: Place, mounts: Place, report: Report): void {
  const place = { ...child(mount, 'mountPropagation'), path: `${mounts.path}.mountPropagation` };
  const mode = stringAt(place);
  if (mode === undefined) return;
  if (!PROPAGATIONS.includes(mode)) refuseChoice(place, report, PROPAGATIONS, mode);
  if (mode !== 'Bidirectional' || flagAt(descend(container, 'securityContext', 'privileged')) !== false) return;
  refuse(report, place, 'FieldValueForbidden', '`Bidirectional` is for privileged containers only');
}

const RECURSIVE_MODES = ['Disabled', 'Enabled', 'IfPossible'];

function validateRecursiveReadOnly(mount: Place, mounts: Place, report: Report): void {
  const place = { ...child(mount, 'recursiveReadOnly'), path: `${mounts.path}.recursiveReadOnly` };
  const mode = stringAt(place);
  if (mode === undefined || mode === 'Disabled') return;
  if (!RECURSIVE_MODES.includes(mode)) {
    refuseChoice(place, report, RECURSIVE_MODES, mode);
    return;
  }
  const readOnly = child(mount, 'readOnly');
  if (isAbsent(readOnly) || booleanAt(readOnly) === false) {
    refuse(report, place, 'FieldValueForbidden', '`recursiveReadOnly` needs `readOnly: true`');
  }
  const propagation = stringAt(child(mount, 'mountPropagation'));
  if (propagation !== undefined && propagation !== 'None') {
    refuse(report, place, 'FieldValueForbidden', '`recursiveReadOnly` needs `mountPropagation: None`');
  }
}

/** Whether a container has the list, and it is certain that no template adds to it. */
export function isEmptyList(list: Place): boolean {
  return isWholeList(list) && items(list).length === 0;
}
