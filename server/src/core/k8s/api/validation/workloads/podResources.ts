import { compareQuantities, formatQuantity, type Quantity } from '../../../quantity.ts';
import { child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../place.ts';
import { type Amounts, amountsAt } from './amounts.ts';
import { descend, forbidWritten, isSet } from './checks.ts';
import {
  containerResourceFault,
  isHugePages,
  isOvercommitAllowed,
  isPodLevelResource,
  podResourceFault,
} from './containers/resourceNames.ts';
import { requestsWithLimits, validateAmounts, validateClaimNames } from './containers/resources.ts';
import type { KnownNames, PodShape } from './shape.ts';
import { addQuantities, maxQuantity } from './sums.ts';

/** What the runtime itself takes, checked as limits of a container. */
export function validateOverhead(overhead: Place, report: Report): void {
  const limits = amountsAt(overhead);
  const renamed = new Map(
    [...limits.byName].map(([name, amount]) => {
      const path = `${overhead.path}.limits[${name}]`;
      return [name, { ...amount, place: { ...amount.place, path } }] as const;
    }),
  );
  const requests: Amounts = { byName: new Map(), isClosed: true };
  validateAmounts(overhead, { limits: { ...limits, byName: renamed }, requests }, report, containerResourceFault);
}

/** The resources of a Pod as a whole. Source: kubernetes pkg/apis/core/validation, `validatePodResources`. */
export function validatePodResources(shape: PodShape, report: Report, claims: KnownNames): void {
  const { spec } = shape;
  const resources = child(spec, 'resources');
  if (!isSet(resources)) return;
  if (stringAt(descend(spec, 'os', 'name')) === 'windows') {
    refuse(report, resources, 'FieldValueForbidden', 'a Pod for Windows takes no `resources`');
    return;
  }
  forbidWritten(child(resources, 'claims'), report, '`claims` are for containers, not for the whole Pod');
  validateClaimNames(child(resources, 'claims'), report, claims);
  const written = {
    limits: amountsAt(child(resources, 'limits')),
    requests: amountsAt(child(resources, 'requests')),
  };
  const ofContainers = { requests: totalOf(shape, 'requests'), limits: totalOf(shape, 'limits') };
  const amounts = shape.isPod ? withDefaults(resources, written, ofContainers) : written;
  validateAmounts(resources, amounts, report, podResourceFault);
  for (const { name, place, keySpan } of [...amounts.limits.byName.values(), ...amounts.requests.byName.values()]) {
    if (podResourceFault(name) !== undefined || isPodLevelResource(name)) continue;
    const at = { ...place, span: keySpan };
    refuse(
      report,
      at,
      'FieldValueNotSupported',
      `a Pod as a whole has \`cpu\`, \`memory\` and huge pages, not \`${name}\``,
    );
  }
  validateTotals(spec, resources, amounts, ofContainers, report);
}

interface Both {
  readonly limits: Amounts;
  readonly requests: Amounts;
}

type Totals = ReadonlyMap<string, Quantity>;

/** Source: as above, `validatePodResourceConsistency`. Sums that are not known are left out. */
function validateTotals(
  spec: Place,
  resources: Place,
  { limits, requests }: Both,
  totals: { readonly requests: Totals; readonly limits: Totals },
  report: Report,
): void {
  for (const [name, total] of totals.requests) exceeds(requests, name, total, 'requests');
  for (const [name, total] of totals.limits) if (isHugePages(name)) exceeds(limits, name, total, 'limits');
  items(child(spec, 'containers')).forEach((container, index) => {
    for (const { name, quantity, place } of amountsAt(descend(container, 'resources', 'limits')).byName.values()) {
      const most = limits.byName.get(name)?.quantity;
      if (quantity === undefined || most === undefined || compareQuantities(quantity, most) <= 0) continue;
      const at = { ...place, path: `${resources.path}.containers[${index}][${name}].limits` };
      const message = `the limit of \`${name}\`, \`${formatQuantity(quantity)}\`, exceeds that of the Pod, \`${formatQuantity(most)}\``;
      refuse(report, at, 'FieldValueInvalid', message);
    }
  });

  function exceeds(amounts: Amounts, name: string, total: Quantity, what: string): void {
    const amount = amounts.byName.get(name);
    if (amount?.quantity === undefined || compareQuantities(total, amount.quantity) <= 0) return;
    const message = `the containers' ${what} of \`${name}\` come to \`${formatQuantity(total)}\`, more than the Pod's`;
    refuse(report, amount.place, 'FieldValueInvalid', message);
  }
}

/** What the server fills in for a Pod (pkg/apis/core/v1/defaults.go, `defaultHugePagePodLimits`, `defaultPodRequests`). */
function withDefaults(
  resources: Place,
  written: Both,
  totals: { readonly requests: Totals; readonly limits: Totals },
): Both {
  const limitsPlace = child(resources, 'limits');
  const requestsPlace = child(resources, 'requests');
  const limits = new Map(written.limits.byName);
  if (written.limits.byName.size + written.requests.byName.size > 0) {
    for (const [name, quantity] of totals.limits) {
      if (!isHugePages(name) || written.requests.byName.has(name) || limits.has(name)) continue;
      limits.set(name, made(limitsPlace, name, quantity));
    }
  }
  if (limits.size === 0) return written;
  const requests = new Map(written.requests.byName);
  for (const [name, quantity] of totals.requests) {
    if (requests.has(name) || !isPodLevelResource(name) || !isOvercommitAllowed(name)) continue;
    requests.set(name, made(requestsPlace, name, quantity));
  }
  for (const { name, quantity, place } of limits.values()) {
    if (requests.has(name) || !isPodLevelResource(name)) continue;
    requests.set(name, { ...made(requestsPlace, name, quantity), keySpan: place.span });
  }
  return {
    limits: { ...written.limits, byName: limits },
    requests: { ...written.requests, byName: requests },
  };
}

function made(list: Place, name: string, quantity: Quantity | undefined) {
  const place = { node: undefined, path: `${list.path}[${name}]`, span: list.span };
  return { name, quantity, place, keySpan: list.span };
}

/**
 * What all containers take together: the sum, or what an init container takes beside those that stay, where that is more.
 * Source: k8s.io/component-helpers resource, `AggregateContainerRequests`.
 */
function totalOf({ spec, isPod }: PodShape, what: 'requests' | 'limits'): Totals {
  const total = new Map<string, Quantity>();
  const unknown = new Set<string>();
  for (const container of items(child(spec, 'containers'))) add(total, of(container));
  const staying = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of items(child(spec, 'initContainers'))) {
    const own = of(container);
    const restart = child(container, 'restartPolicy');
    const beside = new Map(staying);
    if (stringAt(restart) === 'Always') {
      add(total, own);
      add(staying, own);
    } else if (!isAbsent(restart) && stringAt(restart) === undefined) {
      for (const name of own.keys()) unknown.add(name);
    }
    add(beside, own);
    for (const [name, quantity] of beside) most.set(name, maxQuantity(most.get(name), quantity));
  }
  for (const [name, quantity] of most) total.set(name, maxQuantity(total.get(name), quantity));
  for (const name of unknown) total.delete(name);
  return total;

  function of(container: Place): Totals {
    const resources = child(container, 'resources');
    const limits = amountsAt(child(resources, 'limits'));
    const requests = amountsAt(child(resources, 'requests'));
    const { byName } = what === 'limits' ? limits : isPod ? requestsWithLimits(resources, requests, limits) : requests;
    const known = new Map<string, Quantity>();
    for (const { name, quantity } of byName.values()) {
      if (quantity === undefined) unknown.add(name);
      else known.set(name, quantity);
    }
    return known;
  }
}

function add(to: Map<string, Quantity>, amounts: Totals): void {
  for (const [name, quantity] of amounts) {
    const sum = to.get(name);
    to.set(name, sum === undefined ? quantity : addQuantities(sum, quantity));
  }
}
