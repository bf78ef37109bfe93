import { child, type Place, type Report, refuse, stringAt, type Validator } from '../../place.ts';
import type { Refusal } from '../../refusal.ts';
import { validateDisruptionBudget } from '../config/disruptionBudget.ts';
import { validateNamespace } from '../config/namespace.ts';
import { validateAllocation } from '../network/service/allocation.ts';
import { textAt } from '../values.ts';
import { isValid } from '../workloads/checks.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { type MetadataRules, metadataRules } from './names.ts';
import { validateNameLabel, validatePodSecurityLabels } from './namespace.ts';
import { validateFinalizers, validateOwnerReferences } from './owners.ts';

export { validateAnnotations, validateLabels, validateTemplateMetadata } from './labels.ts';
export { validateLabelSelector } from './selector.ts';

/**
 * The metadata of an object of any built-in kind that is stored; says nothing of others. The namespace is not looked at: a
 * cluster-scoped object may name one, and whether there is one of that name only the cluster knows.
 * Source: k8s.io/apimachinery pkg/api/validation/objectmeta.go, `ValidateObjectMetaAccessor`, and kubernetes
 * pkg/apis/core/validation, `ValidateObjectMeta`.
 */
export const METADATA_VALIDATOR: Validator = (object, report) => {
  const apiVersion = stringAt(child(object, 'apiVersion'));
  const kind = stringAt(child(object, 'kind'));
  if (apiVersion === undefined || kind === undefined) return;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const rules = metadataRules(group, kind);
  if (rules === undefined) return;
  if (isRefusedEarlier(`${group}/${kind}`, object)) return;
  if (group === '' && kind === 'Namespace') validateNamespaceMetadata(object, rules, report);
  else validateMetadata(child(object, 'metadata'), rules, report);
};

function validateMetadata(metadata: Place, rules: MetadataRules, report: Report, overwrittenLabel?: string): void {
  validateName(metadata, rules, report);
  validateGeneration(child(metadata, 'generation'), rules, report);
  validateLabels(child(metadata, 'labels'), report, overwrittenLabel);
  validateAnnotations(child(metadata, 'annotations'), report);
  validateOwnerReferences(child(metadata, 'ownerReferences'), report);
  validateFinalizers(child(metadata, 'finalizers'), rules.qualifiedFinalizers, report);
}

/** The labels of Pod Security are looked at by admission, which sees only what is valid otherwise. */
function validateNamespaceMetadata(object: Place, rules: MetadataRules, report: Report): void {
  const metadata = child(object, 'metadata');
  const refusals: Refusal[] = [];
  const collect = (refusal: Refusal) => void refusals.push(refusal);
  validateMetadata(metadata, rules, collect, validateNameLabel(metadata, collect));
  const isOtherwiseValid = refusals.length === 0 && isValid(NOT_REPORTED, (found) => validateNamespace(object, found));
  if (isOtherwiseValid) validatePodSecurityLabels(child(metadata, 'labels'), collect);
  refusals.forEach(report);
}

/**
 * What the server looks at before the metadata, at which it does not look where something is refused here.
 * Source: k8s.io/apiserver pkg/registry/rest/create.go, `BeforeCreate`; pkg/registry/generic/registry/store.go, `BeginCreate`.
 */
function isRefusedEarlier(kind: string, object: Place): boolean {
  switch (kind) {
    case '/Service':
      return !isValid(NOT_REPORTED, (found) => validateAllocation(object, found));
    case 'policy/PodDisruptionBudget':
      return !isValid(NOT_REPORTED, (found) => validateDisruptionBudget(object, found));
    default:
      return false;
  }
}

const NOT_REPORTED: Report = () => {};

/** Of a generated name the server takes this many characters, and adds five. */
const MAX_BASE_LENGTH = 58;
const RANDOM_PART = 'xxxxx';

function validateName(metadata: Place, rules: MetadataRules, report: Report): void {
  const namePlace = child(metadata, 'name');
  const basePlace = child(metadata, 'generateName');
  const name = textAt(namePlace);
  const base = textAt(basePlace);
  if (base !== undefined && base !== '') {
    const fault = rules.baseFault(base);
    if (fault !== undefined) {
      refuse(report, basePlace, 'FieldValueInvalid', `names cannot be generated from \`${base}\`: it ${fault}`);
    }
  }
  if (name === undefined) return;
  if (name !== '') {
    const fault = nameFault(name, rules);
    if (fault !== undefined) refuse(report, namePlace, 'FieldValueInvalid', `the name \`${name}\` ${fault}`);
  } else if (base === '') {
    if (rules.isNameOptional !== true) refuse(report, namePlace, 'FieldValueRequired', 'the object has no name');
  } else if (base !== undefined) {
    const fault = nameFault(base.slice(0, MAX_BASE_LENGTH) + RANDOM_PART, rules);
    const message = `a name that is generated from \`${base}\` ${fault}`;
    if (fault !== undefined) refuse(report, { ...namePlace, span: basePlace.span }, 'FieldValueInvalid', message);
  }
}

function nameFault(name: string, { nameFault: faultOf, maxLength = Number.POSITIVE_INFINITY }: MetadataRules) {
  const tooLong = name.length > maxLength ? `is ${name.length} characters long; ${maxLength} is the most` : undefined;
  return faultOf(name) ?? tooLong;
}

function validateGeneration(generation: Place, { setsGeneration }: MetadataRules, report: Report): void {
  const { node } = generation;
  if (setsGeneration || node?.kind !== 'scalar' || node.unknown !== undefined) return;
  if (typeof node.value !== 'number' && typeof node.value !== 'bigint') return;
  if (node.value < 0) refuse(report, generation, 'FieldValueInvalid', `the generation \`${node.value}\` is negative`);
}
