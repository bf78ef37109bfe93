import { configMapKeyFault, dns1123LabelFault, dns1123SubdomainFault, envVarNameFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { isSet, validateOptionalText, validateRequiredText, validateText } from '../checks.ts';
import { backstepFault } from '../paths.ts';
import { ENV_FIELD_PATHS, validateFieldReference, validateResourceReference } from './references.ts';

/** The variables of a container. Source: kubernetes pkg/apis/core/validation, `ValidateEnv`. */
export function validateEnv(env: Place, report: Report): void {
  for (const variable of items(env)) {
    validateRequiredText(child(variable, 'name'), report, envVarNameFault);
    const valueFrom = child(variable, 'valueFrom');
    if (isSet(valueFrom)) validateValueFrom(valueFrom, child(variable, 'value'), report);
  }
}

/** What is taken whole into the environment. Source: as above, `ValidateEnvFrom`. */
export function validateEnvFrom(envFrom: Place, report: Report): void {
  for (const source of items(envFrom)) {
    validateOptionalText(child(source, 'prefix'), report, envVarNameFault);
    const references = ['configMapRef', 'secretRef'].map((name) => child(source, name));
    for (const reference of references.filter(isSet)) {
      validateRequiredText(child(reference, 'name'), report, generatedNameFault);
    }
    const at = { ...source, path: envFrom.path };
    if (references.every(isAbsent)) {
      refuse(report, at, 'FieldValueInvalid', 'nothing is taken: `configMapRef` or `secretRef` is needed');
    } else if (references.every(isSet)) {
      refuse(report, at, 'FieldValueInvalid', '`configMapRef` and `secretRef` exclude each other');
    }
  }
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

function validateValueFrom(valueFrom: Place, value: Place, report: Report): void {
  const sources = SOURCES.map((name) => child(valueFrom, name));
  const [field, resource, configMap, secret, file] = sources;
  if (field && isSet(field)) validateFieldReference(field, report, ENV_FIELD_PATHS);
  if (resource && isSet(resource)) validateResourceReference(resource, report, false);
  for (const keyed of [configMap, secret]) if (keyed && isSet(keyed)) validateKeyReference(keyed, report);
  if (file && isSet(file)) validateFileReference(file, report);
  const count = sources.filter(isSet).length;
  if (sources.every(isAbsent)) {
    const message =
      'nothing is named: `configMapKeyRef`, `secretKeyRef`, `fieldRef`, `resourceFieldRef` or `fileKeyRef` is needed';
    refuse(report, valueFrom, 'FieldValueInvalid', message);
  } else if (count > 0 && (textAt(value) ?? '') !== '') {
    refuse(report, valueFrom, 'FieldValueInvalid', '`value` and `valueFrom` exclude each other');
  } else if (count > 1) {
    refuse(report, valueFrom, 'FieldValueInvalid', 'a variable comes from one source only');
  }
}

function validateKeyReference(reference: Place, report: Report): void {
  validateText(child(reference, 'name'), report, dns1123SubdomainFault);
  validateRequiredText(child(reference, 'key'), report, configMapKeyFault);
}

function validateFileReference(reference: Place, report: Report): void {
  validateRequiredText(child(reference, 'key'), report, envVarNameFault);
  validateRequiredText(child(reference, 'volumeName'), report, dns1123LabelFault);
  validateRequiredText(child(reference, 'path'), report, backstepFault);
}

/** As the start of a generated name: a `-` at its end is fine (`ValidateConfigMapName` with `prefix`). */
function generatedNameFault(name: string): string | undefined {
  return dns1123SubdomainFault(name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);
}
