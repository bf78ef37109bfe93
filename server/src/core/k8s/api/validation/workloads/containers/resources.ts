import { compareQuantities, formatQuantity, parseQuantity, type Quantity, signOf } from '../../../../quantity.ts';
import { dns1123LabelFault } from '../../../../validity.ts';
import { child, items, type Place, type Report, refuse } from '../../../place.ts';
import { pointingAt, textAt } from '../../values.ts';
import { type Amount, type Amounts, amountsAt } from '../amounts.ts';
import type { Fault } from '../checks.ts';
import type { KnownNames } from '../shape.ts';
import { containerResourceFault, isHugePages, isIntegerResource, isOvercommitAllowed } from './resourceNames.ts';

/** The resources of a container: `requests`, `limits` and `claims`. Source: kubernetes pkg/apis/core/validation, `ValidateContainerResourceRequirements`. */
export function validateContainerResources(
  resources: Place,
  report: Report,
  claims: KnownNames,
  takesRequestsFromLimits: boolean,
): void {
  const limits = amountsAt(child(resources, 'limits'));
  const written = amountsAt(child(resources, 'requests'));
  const requests = takesRequestsFromLimits ? requestsWithLimits(resources, written, limits) : written;
  validateAmounts(resources, { limits, requests }, report, containerResourceFault);
  validateClaimNames(child(resources, 'claims'), report, claims);
}

/** A Pod requests what it limits where it says nothing else (`SetDefaults_Pod`); templates stay as they are. */
export function requestsWithLimits(resources: Place, requests: Amounts, limits: Amounts): Amounts {
  if (!requests.isClosed) return requests;
  const path = child(resources, 'requests').path;
  const byName = new Map(requests.byName);
  for (const limit of limits.byName.values()) {
    if (byName.has(limit.name)) continue;
    byName.set(limit.name, { ...limit, place: { ...limit.place, path: `${path}[${limit.name}]` } });
  }
  return { byName, isClosed: limits.isClosed };
}

/** Source: as above, `validateResourceRequirements`. */
export function validateAmounts(
  resources: Place,
  { limits, requests }: { readonly limits: Amounts; readonly requests: Amounts },
  report: Report,
  nameFault: Fault,
): void {
  const all = [...limits.byName.values(), ...requests.byName.values()];
  for (const amount of all) {
    const fault = nameFault(amount.name);
    const at = pointingAt(amount.place, amount.keySpan);
    if (fault !== undefined) refuse(report, at, 'FieldValueInvalid', `\`${amount.name}\` ${fault}`);
    validateAmount(amount, report);
  }
  for (const request of requests.byName.values()) validateRequest(request, limits, resources, report);
  const takesHugePages = all.some(({ name }) => isHugePages(name));
  const takesOthers = all.some(({ name }) => name === 'cpu' || name === 'memory');
  if (takesHugePages && !takesOthers && limits.isClosed && requests.isClosed) {
    refuse(report, resources, 'FieldValueForbidden', 'huge pages need `cpu` or `memory` beside them');
  }
}

function validateAmount({ name, quantity, place }: Amount, report: Report): void {
  if (quantity === undefined) return;
  const text = formatQuantity(quantity);
  if (signOf(quantity) < 0) refuse(report, place, 'FieldValueInvalid', `\`${name}\` may not be negative: \`${text}\``);
  if (isIntegerResource(name) && !isWhole(quantity)) {
    refuse(report, place, 'FieldValueInvalid', `\`${name}\` is a whole number, not \`${text}\``);
  }
  if (isHugePages(name) && !isDivisible(quantity, parseQuantity(name.slice('hugepages-'.length)))) {
    refuse(report, place, 'FieldValueInvalid', `\`${text}\` is no multiple of the page size of \`${name}\``);
  }
}

function validateRequest(request: Amount, limits: Amounts, resources: Place, report: Report): void {
  const { name, quantity } = request;
  const limit = limits.byName.get(name);
  if (limit === undefined) {
    if (isOvercommitAllowed(name) || !limits.isClosed) return;
    const at = { ...request.place, path: child(resources, 'limits').path };
    refuse(report, at, 'FieldValueRequired', `what is requested of \`${name}\` must be its limit too`);
    return;
  }
  if (quantity === undefined || limit.quantity === undefined) return;
  const order = compareQuantities(quantity, limit.quantity);
  const at = { ...request.place, path: child(resources, 'requests').path };
  const [text, most] = [formatQuantity(quantity), formatQuantity(limit.quantity)];
  if (order !== 0 && !isOvercommitAllowed(name)) {
    refuse(
      report,
      at,
      'FieldValueInvalid',
      `the request of \`${name}\`, \`${text}\`, must equal its limit, \`${most}\``,
    );
  } else if (order > 0) {
    refuse(report, at, 'FieldValueInvalid', `the request of \`${name}\`, \`${text}\`, exceeds its limit, \`${most}\``);
  }
}

/** Source: as above, `validateResourceClaimNames`. */
export function validateClaimNames(claims: Place, report: Report, known: KnownNames): void {
  const seen = new Set<string>();
  for (const claim of items(claims)) {
    const name = textAt(child(claim, 'name'));
    const requestPlace = child(claim, 'request');
    const request = textAt(requestPlace);
    if (name === undefined) continue;
    if (name === '') {
      refuse(report, claim, 'FieldValueRequired', 'the claim has no name');
      continue;
    }
    if (seen.has(name)) {
      refuse(report, claim, 'FieldValueDuplicate', `the claim \`${name}\` is taken already`);
    } else if (request !== undefined) {
      const fault = request === '' ? undefined : dns1123LabelFault(request);
      if (fault !== undefined) refuse(report, requestPlace, 'FieldValueInvalid', `the request \`${request}\` ${fault}`);
      const key = request === '' ? name : `${name}/${request}`;
      const isTaken =
        seen.has(key) ||
        (request === '' && [...seen].some((other) => other.includes('/') && other.split('/')[0] === name));
      if (isTaken) refuse(report, claim, 'FieldValueDuplicate', `the claim \`${key}\` is taken already`);
      seen.add(key);
    }
    if (known.isClosed && !known.names.has(name)) {
      refuse(report, claim, 'FieldValueNotFound', `\`resourceClaims\` of the Pod has no \`${name}\``);
    }
  }
}

function isWhole({ unscaled, exponent }: Quantity): boolean {
  return exponent >= 0 || unscaled % 10n ** BigInt(-exponent) === 0n;
}

/** Exponents beyond this are a typing slip; they are not worked out. */
const MAX_EXPONENT = 100;

function isDivisible(quantity: Quantity, page: Quantity | undefined): boolean {
  if (quantity.exponent > MAX_EXPONENT || (page?.exponent ?? 0) > MAX_EXPONENT) return true;
  if (page === undefined || signOf(page) <= 0 || !isWhole(page)) return false;
  return wholePart(quantity) % wholePart(page) === 0n;
}

/** Rounded up, as `Quantity.Value` does. */
function wholePart({ unscaled, exponent }: Quantity): bigint {
  if (exponent >= 0) return unscaled * 10n ** BigInt(exponent);
  const scale = 10n ** BigInt(-exponent);
  const whole = unscaled / scale;
  return unscaled % scale > 0n ? whole + 1n : whole;
}
