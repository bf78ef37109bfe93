import { compareQuantities, parseQuantity, type Quantity } from '../../../quantity.ts';
import { labelKeyFault } from '../../../validity.ts';
import { child, isDecided, items, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { pointingAt, quoteAll, textAt } from '../values.ts';
import { type Amounts, amountsAt } from '../workloads/amounts.ts';
import { isSet } from '../workloads/checks.ts';
import {
  containerResourceFault,
  isOvercommitAllowed,
  podResourceFault,
} from '../workloads/containers/resourceNames.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidateLimitRange`. */
export const validateLimitRange: Validator = (object, report) => {
  const types = new Set<string>();
  for (const limit of items(child(child(object, 'spec'), 'limits'))) {
    const place = child(limit, 'type');
    const type = textAt(place);
    if (type === undefined) continue;
    const fault = typeFault(type);
    if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', fault);
    if (types.has(type)) refuse(report, place, 'FieldValueDuplicate', `the type \`${type}\` stands twice`);
    types.add(type);
    validateLimit(limit, type, report);
  }
};

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type List = (typeof LISTS)[number];

function typeFault(type: string): string | undefined {
  if (type.includes('/')) {
    const fault = labelKeyFault(type);
    return fault && `the type \`${type}\` ${fault}`;
  }
  return TYPES.includes(type) ? undefined : `the type \`${type}\` is none of ${quoteAll(TYPES)}`;
}

function validateLimit(limit: Place, type: string, report: Report): void {
  const amounts = new Map<List, Amounts>();
  for (const list of LISTS) {
    const place = child(limit, list);
    if (type === 'Pod' && list.startsWith('default')) {
      const isFilled = isSet(place) && isDecided(place) && amountsAt(place).byName.size > 0;
      if (isFilled) refuse(report, place, 'FieldValueForbidden', 'limits of Pods have no defaults');
      continue;
    }
    amounts.set(list, amountsAt(place));
  }
  if (type === 'Container') fillDefaults(limit, amounts);
  for (const { byName } of amounts.values()) {
    for (const { name, place, keySpan } of byName.values()) {
      const fault = type === 'Pod' || type === 'Container' ? containerResourceFault(name) : podResourceFault(name);
      if (fault === undefined) continue;
      refuse(report, pointingAt(place, keySpan), 'FieldValueInvalid', `the resource \`${name}\` ${fault}`);
    }
  }
  const [min, max] = [amounts.get('min'), amounts.get('max')];
  const isClosed = min?.isClosed === true && max?.isClosed === true;
  if (type === 'PersistentVolumeClaim' && isClosed && !min.byName.has('storage') && !max.byName.has('storage')) {
    const message = 'limits of claims need a `min` or `max` of `storage`';
    refuse(report, { ...child(limit, 'max'), path: `${limit.path}.limits` }, 'FieldValueRequired', message);
  }
  for (const [small, large, blamed] of ORDERS) validateOrder(amounts, small, large, blamed, report);
  validateRatios(amounts, report);
  validateEqualDefaults(amounts, report);
}

/** Limits and requests that are left out follow from each other. Source: pkg/apis/core/v1/defaults.go, `SetDefaults_LimitRangeItem`. */
function fillDefaults(limit: Place, amounts: Map<List, Amounts>): void {
  for (const [from, to] of [
    ['max', 'default'],
    ['default', 'defaultRequest'],
    ['min', 'defaultRequest'],
  ] as const) {
    const target = amounts.get(to);
    if (target === undefined || !target.isClosed) continue;
    const byName = new Map(target.byName);
    for (const [name, amount] of amounts.get(from)?.byName ?? []) {
      const place = { ...amount.place, path: `${limit.path}.${to}[${name}]` };
      if (!byName.has(name)) byName.set(name, { ...amount, place });
    }
    amounts.set(to, { ...target, byName });
  }
}

/** What may not be more than what, and where the server reports it. */
const ORDERS: readonly (readonly [small: List, large: List, blamed: List])[] = [
  ['min', 'max', 'min'],
  ['min', 'defaultRequest', 'defaultRequest'],
  ['defaultRequest', 'max', 'defaultRequest'],
  ['defaultRequest', 'default', 'defaultRequest'],
  ['min', 'default', 'default'],
  ['default', 'max', 'default'],
];

function validateOrder(
  amounts: ReadonlyMap<List, Amounts>,
  small: List,
  large: List,
  blamed: List,
  report: Report,
): void {
  for (const [name, { quantity }] of amounts.get(small)?.byName ?? []) {
    const most = amounts.get(large)?.byName.get(name)?.quantity;
    const place = amounts.get(blamed)?.byName.get(name)?.place;
    if (quantity === undefined || most === undefined || place === undefined) continue;
    if (compareQuantities(quantity, most) <= 0) continue;
    refuse(report, place, 'FieldValueInvalid', `\`${small}\` of \`${name}\` is more than its \`${large}\``);
  }
}

const ONE = parseQuantity('1');

function validateRatios(amounts: ReadonlyMap<List, Amounts>, report: Report): void {
  for (const [name, { quantity, place }] of amounts.get('maxLimitRequestRatio')?.byName ?? []) {
    if (quantity === undefined || ONE === undefined) continue;
    if (compareQuantities(quantity, ONE) < 0) {
      refuse(report, place, 'FieldValueInvalid', `the ratio of \`${name}\` is less than 1`);
    }
    const min = amounts.get('min')?.byName.get(name)?.quantity;
    const max = amounts.get('max')?.byName.get(name)?.quantity;
    if (min === undefined || max === undefined) continue;
    if (toNumber(quantity) > toNumber(max) / toNumber(min)) {
      refuse(report, place, 'FieldValueInvalid', `the ratio of \`${name}\` is more than \`max\` divided by \`min\``);
    }
  }
}

/** Devices and huge pages cannot be shared out. */
function validateEqualDefaults(amounts: ReadonlyMap<List, Amounts>, report: Report): void {
  for (const [name, { quantity, place }] of amounts.get('defaultRequest')?.byName ?? []) {
    const limit = amounts.get('default')?.byName.get(name)?.quantity;
    if (isOvercommitAllowed(name) || quantity === undefined || limit === undefined) continue;
    if (compareQuantities(quantity, limit) !== 0) {
      refuse(report, place, 'FieldValueInvalid', `\`default\` and \`defaultRequest\` of \`${name}\` must be equal`);
    }
  }
}

function toNumber({ unscaled, exponent }: Quantity): number {
  return Number(unscaled) * 10 ** exponent;
}
