import { signOf } from '../../../../quantity.ts';
import { dns1123LabelFault, dns1123SubdomainFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from '../../metadata/index.ts';
import { isWholeList, quoteAll, textAt } from '../../values.ts';
import { amountsAt } from '../amounts.ts';
import { descend, forbidWritten, isSet, requireText, validateOptionalText, validateWrittenChoice } from '../checks.ts';

const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** What a claim asks for. Source: kubernetes pkg/apis/core/validation, `ValidatePersistentVolumeClaimSpec`. */
export function validateClaimSpec(spec: Place, report: Report): void {
  validateAccessModes(child(spec, 'accessModes'), report);
  validateLabelSelector(child(spec, 'selector'), report);
  validateStorage(spec, report);
  validateOptionalText(child(spec, 'storageClassName'), report, dns1123SubdomainFault);
  validateOptionalText(child(spec, 'volumeAttributesClassName'), report, dns1123SubdomainFault);
  validateWrittenChoice(child(spec, 'volumeMode'), report, ['Block', 'Filesystem']);
  validateDataSources(spec, report);
}

/** The claim that a Pod brings for a volume of its own: labels, annotations and a spec (`ValidatePersistentVolumeClaimTemplate`). */
export function validateClaimTemplate(template: Place, report: Report): void {
  const metadata = child(template, 'metadata');
  validateAnnotations(child(metadata, 'annotations'), report);
  validateLabels(child(metadata, 'labels'), report);
  for (const field of ['name', 'generateName', 'namespace', 'finalizers', 'ownerReferences']) {
    const place = child(metadata, field);
    if (textAt(place) !== '') forbidWritten(place, report, `the claim of a volume takes no \`${field}\``);
  }
  validateClaimSpec(child(template, 'spec'), report);
}

function validateAccessModes(list: Place, report: Report): void {
  const places = items(list);
  if (places.length === 0 && isWholeList(list)) {
    refuse(report, list, 'FieldValueRequired', `an access mode is needed: one of ${quoteAll(ACCESS_MODES)}`);
  }
  const modes = places.map(textAt);
  places.forEach((place, index) => {
    const mode = modes[index];
    if (mode === undefined || ACCESS_MODES.includes(mode)) return;
    const message = `the access mode \`${mode}\` is none of ${quoteAll(ACCESS_MODES)}`;
    refuse(report, { ...place, path: list.path }, 'FieldValueNotSupported', message);
  });
  const known = modes.filter((mode) => mode !== undefined && ACCESS_MODES.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    refuse(report, list, 'FieldValueForbidden', '`ReadWriteOncePod` and other access modes exclude each other');
  }
}

/** The server names the size `spec.resources[storage]`. */
function validateStorage(spec: Place, report: Report): void {
  const requestsPlace = descend(spec, 'resources', 'requests');
  const requests = amountsAt(requestsPlace);
  const storage = requests.byName.get('storage');
  const path = `${spec.path}.resources[storage]`;
  if (storage === undefined) {
    if (!requests.isClosed) return;
    const message = 'a size is needed: `resources.requests.storage`';
    refuse(report, { ...requestsPlace, path }, 'FieldValueRequired', message);
  } else if (storage.quantity !== undefined && signOf(storage.quantity) <= 0) {
    refuse(report, { ...storage.place, path }, 'FieldValueInvalid', 'the size must be greater than 0');
  }
}

/** `dataSource` of the same namespace, `dataSourceRef` of any kind; where both stand they are equal. */
function validateDataSources(spec: Place, report: Report): void {
  const source = child(spec, 'dataSource');
  const reference = child(spec, 'dataSourceRef');
  for (const place of [source, reference].filter(isSet)) validateDataSource(place, report);
  if (isSet(reference)) validateOptionalText(child(reference, 'namespace'), report, dns1123LabelFault);
  if (!isSet(source) || !isSet(reference)) return;
  const at = { ...source, path: spec.path };
  if ((textAt(child(reference, 'namespace')) ?? '') !== '') {
    const message = '`dataSource` and a `dataSourceRef` with a `namespace` exclude each other';
    refuse(report, at, 'FieldValueInvalid', message);
  } else if (['apiGroup', 'kind', 'name'].some((field) => differs(child(source, field), child(reference, field)))) {
    refuse(report, at, 'FieldValueInvalid', '`dataSource` and `dataSourceRef` must be equal');
  }
}

/** Certainly; an empty `apiGroup` is another than none. */
function differs(a: Place, b: Place): boolean {
  const [left, right] = [textAt(a), textAt(b)];
  if (left === undefined || right === undefined) return false;
  return left !== right || (a.path.endsWith('.apiGroup') && isAbsent(a) !== isAbsent(b));
}

function validateDataSource(source: Place, report: Report): void {
  requireText(child(source, 'name'), report);
  requireText(child(source, 'kind'), report);
  const group = textAt(child(source, 'apiGroup'));
  const kind = textAt(child(source, 'kind'));
  if (group === '' && kind !== undefined && kind !== 'PersistentVolumeClaim') {
    const message = `without an \`apiGroup\`, the kind is \`PersistentVolumeClaim\`, not \`${kind}\``;
    refuse(report, source, 'FieldValueInvalid', message);
  }
  validateOptionalText(child(source, 'apiGroup'), report, dns1123SubdomainFault);
}
