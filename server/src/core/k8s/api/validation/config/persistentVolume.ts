import { signOf } from '../../../quantity.ts';
import { dns1123SubdomainFault } from '../../../validity.ts';
import { child, isAbsent, isDecided, items, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { isWholeList, quoteAll, textAt } from '../values.ts';
import { amountsAt } from '../workloads/amounts.ts';
import {
  descend,
  isSet,
  refuseChoice,
  validateChoice,
  validateOptionalText,
  validateRequiredText,
  validateWrittenChoice,
} from '../workloads/checks.ts';
import { validateNodeTerm } from '../workloads/scheduling/affinity.ts';
import { validateFlexVolume } from '../workloads/volumes/sources.ts';
import { VOLUME_SOURCES } from './volumeSources.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidatePersistentVolumeSpec`. */
export const validatePersistentVolume: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateAccessModes(child(spec, 'accessModes'), report);
  validateCapacity(child(spec, 'capacity'), report);
  validateChoice(child(spec, 'persistentVolumeReclaimPolicy'), report, ['Delete', 'Recycle', 'Retain'], 'Retain');
  const affinity = child(spec, 'nodeAffinity');
  if (isSet(affinity)) validateAffinity(affinity, report);
  validateSources(object, spec, report);
  validateOptionalText(child(spec, 'storageClassName'), report, dns1123SubdomainFault);
  validateWrittenChoice(child(spec, 'volumeMode'), report, ['Block', 'Filesystem']);
  const attributes = child(spec, 'volumeAttributesClassName');
  if (!isSet(attributes)) return;
  validateRequiredText(attributes, report, dns1123SubdomainFault);
  const csi = child(spec, 'csi');
  if (isAbsent(csi)) refuse(report, csi, 'FieldValueRequired', '`volumeAttributesClassName` is for `csi` volumes');
};

const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

function validateAccessModes(list: Place, report: Report): void {
  if (items(list).length === 0 && isWholeList(list)) {
    refuse(report, list, 'FieldValueRequired', `an access mode is needed: one of ${quoteAll(ACCESS_MODES)}`);
  }
  const modes = items(list).map(textAt);
  for (const place of items(list)) {
    const mode = textAt(place);
    if (mode !== undefined && !ACCESS_MODES.includes(mode)) {
      refuseChoice({ ...place, path: list.path }, report, ACCESS_MODES, mode);
    }
  }
  const others = modes.filter((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode ?? ''));
  if (modes.includes('ReadWriteOncePod') && others.length > 0) {
    refuse(report, list, 'FieldValueForbidden', '`ReadWriteOncePod` and other access modes exclude each other');
  }
}

function validateCapacity(capacity: Place, report: Report): void {
  const { byName, isClosed } = amountsAt(capacity);
  if (isClosed && byName.size === 0) {
    refuse(report, capacity, 'FieldValueRequired', 'a capacity is needed: `capacity.storage`');
  } else if (isClosed && (byName.size > 1 || !byName.has('storage'))) {
    refuse(report, capacity, 'FieldValueNotSupported', 'the capacity of a volume has `storage` and nothing else');
  }
  for (const { name, quantity, place } of byName.values()) {
    if (quantity !== undefined && signOf(quantity) <= 0) {
      refuse(report, place, 'FieldValueInvalid', `\`${name}\` must be more than 0`);
    }
  }
}

function validateAffinity(affinity: Place, report: Report): void {
  const required = child(affinity, 'required');
  if (isAbsent(required)) {
    refuse(report, required, 'FieldValueRequired', 'the `nodeAffinity` of a volume needs `required`');
    return;
  }
  const terms = child(required, 'nodeSelectorTerms');
  if (items(terms).length === 0 && isWholeList(terms)) {
    refuse(report, terms, 'FieldValueRequired', 'at least one term is needed');
  }
  for (const term of items(terms)) validateNodeTerm(term, report, true);
}

/** In the order in which the server looks for them; it looks into the first only. */
const SOURCES = [...VOLUME_SOURCES.keys()];

function validateSources(object: Place, spec: Place, report: Report): void {
  const written = SOURCES.filter((name) => isSet(child(spec, name)));
  if (written.length === 0 && isDecided(spec) && SOURCES.every((name) => isAbsent(child(spec, name)))) {
    refuse(report, spec, 'FieldValueRequired', 'a volume needs a type, such as `hostPath`, `nfs` or `csi`');
  }
  for (const name of written.slice(1)) {
    if (name === 'flexVolume') continue;
    const place = child(spec, name);
    const at = name === 'cephfs' ? { ...place, path: `${spec.path}.cephFS` } : place;
    refuse(report, at, 'FieldValueForbidden', `a volume has one type, and \`${written[0]}\` is one`);
  }
  const [type] = written;
  if (type === undefined) return;
  VOLUME_SOURCES.get(type)?.(child(spec, type), report, object);
  // The server looks into it even where another type stands before it.
  if (type !== 'flexVolume' && written.includes('flexVolume')) validateFlexVolume(child(spec, 'flexVolume'), report);
  if (type === 'local') validateIsPlaced(spec, report);
  validateRecycling(spec, report);
}

function validateIsPlaced(spec: Place, report: Report): void {
  const affinity = child(spec, 'nodeAffinity');
  if (isAbsent(affinity)) {
    refuse(report, affinity, 'FieldValueRequired', 'a `local` volume needs a `nodeAffinity`: the node that it is on');
  }
}

function validateRecycling(spec: Place, report: Report): void {
  const path = textAt(descend(spec, 'hostPath', 'path'));
  const policy = child(spec, 'persistentVolumeReclaimPolicy');
  if (path === undefined || !/^\/[/.]*$/.test(path) || textAt(policy) !== 'Recycle') return;
  refuse(report, policy, 'FieldValueForbidden', 'a volume of the whole node cannot be recycled');
}
