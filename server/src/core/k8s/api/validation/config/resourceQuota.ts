import { roundQuantityUp, signOf } from '../../../quantity.ts';
import { child, items, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { isWholeList, pointingAt, quoteAll, textAt } from '../values.ts';
import { amountsAt } from '../workloads/amounts.ts';
import { isSet, refuseChoice } from '../workloads/checks.ts';
import { isIntegerResource, podResourceFault } from '../workloads/containers/resourceNames.ts';

/** The status counts as well. Source: kubernetes pkg/apis/core/validation, `ValidateResourceQuota`. */
export const validateResourceQuota: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const hard = child(spec, 'hard');
  const names = [...amountsAt(hard).byName.keys()];
  validateHard(hard, report);
  const scopes = child(spec, 'scopes');
  for (const place of items(scopes)) validateScope(place, scopes.path, names, scopes.path, report);
  validatePairs(items(scopes).map(textAt), scopes, report);
  validateSelector(child(spec, 'scopeSelector'), names, report);
};

const PODS = ['pods'];
const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const POD_SCOPES = [...PODS, ...COMPUTE];

/** The resources that a scope goes with, of those that quotas know. */
const SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Terminating', POD_SCOPES],
  ['NotTerminating', POD_SCOPES],
  ['NotBestEffort', POD_SCOPES],
  ['PriorityClass', POD_SCOPES],
  ['CrossNamespacePodAffinity', POD_SCOPES],
  ['BestEffort', PODS],
  ['VolumeAttributesClass', ['persistentvolumeclaims', 'requests.storage']],
]);

const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function validateHard(hard: Place, report: Report): void {
  for (const { name, quantity, place, keySpan } of amountsAt(hard).byName.values()) {
    const fault = name === 'storage' ? 'is no resource of quotas; `requests.storage` is' : podResourceFault(name);
    if (fault !== undefined) {
      refuse(report, pointingAt(place, keySpan), 'FieldValueInvalid', `the resource \`${name}\` ${fault}`);
    }
    if (quantity === undefined) continue;
    if (signOf(quantity) < 0) refuse(report, place, 'FieldValueInvalid', `the quota of \`${name}\` is negative`);
    const isWhole = roundQuantityUp(quantity, 0) === quantity || isWholeNumber(quantity);
    if (isIntegerResource(name) && !isWhole) {
      refuse(report, place, 'FieldValueInvalid', `\`${name}\` is counted in whole numbers`);
    }
  }
}

function isWholeNumber({ unscaled, exponent }: { readonly unscaled: bigint; readonly exponent: number }): boolean {
  return exponent >= 0 || unscaled % 10n ** BigInt(-exponent) === 0n;
}

/** A scope that there is not is reported at `unknownAt`, one that goes with no resource of the quota at `path`. */
function validateScope(place: Place, unknownAt: string, names: readonly string[], path: string, report: Report): void {
  const scope = textAt(place);
  if (scope === undefined) return;
  const resources = SCOPES.get(scope);
  if (resources === undefined) {
    const message = `the scope \`${scope}\` is none of ${quoteAll(SCOPES.keys())}`;
    refuse(report, { ...place, path: unknownAt }, 'FieldValueInvalid', message);
    return;
  }
  const other = names.find((name) => isQuotaResource(name) && !resources.includes(name));
  if (other === undefined) return;
  const message = `the scope \`${scope}\` does not go with the resource \`${other}\``;
  refuse(report, { ...place, path }, 'FieldValueInvalid', message);
}

function isQuotaResource(name: string): boolean {
  return !name.includes('/') && name !== 'storage' && podResourceFault(name) === undefined;
}

function validatePairs(scopes: readonly (string | undefined)[], at: Place, report: Report): void {
  for (const [one, other] of PAIRS) {
    if (scopes.includes(one) && scopes.includes(other)) {
      refuse(report, at, 'FieldValueInvalid', `the scopes \`${one}\` and \`${other}\` exclude each other`);
    }
  }
}

/** The fields have no index. Source: as above, `validateScopedResourceSelectorRequirement`. */
function validateSelector(selector: Place, names: readonly string[], report: Report): void {
  const list = child(selector, 'matchExpressions');
  const at = (place: Place, name: string): Place => ({ ...child(place, name), path: `${list.path}.${name}` });
  for (const place of items(list)) {
    const scopePlace = at(place, 'scopeName');
    const scope = textAt(scopePlace);
    validateScope(scopePlace, scopePlace.path, names, list.path, report);
    const operatorPlace = at(place, 'operator');
    const operator = textAt(operatorPlace);
    const values = at(place, 'values');
    const takesValues = scope === 'PriorityClass' || scope === 'VolumeAttributesClass' || !SCOPES.has(scope ?? '');
    if (!takesValues && operator !== undefined && operator !== 'Exists') {
      refuse(report, operatorPlace, 'FieldValueInvalid', `the operator of the scope \`${scope}\` is \`Exists\``);
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (items(values).length === 0 && isWholeList(values)) {
        refuse(report, values, 'FieldValueRequired', `the operator \`${operator}\` needs at least one value`);
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (isSet(values) && items(values).length > 0 && isWholeList(values)) {
        refuse(report, values, 'FieldValueInvalid', `the operator \`${operator}\` takes no values`);
      }
    } else if (operator !== undefined && takesValues) {
      refuseChoice(operatorPlace, report, ['In', 'NotIn', 'Exists', 'DoesNotExist'], operator, 'FieldValueInvalid');
    }
  }
  const scopes = items(list).map((place) => textAt(child(place, 'scopeName')));
  validatePairs(scopes, list, report);
}
