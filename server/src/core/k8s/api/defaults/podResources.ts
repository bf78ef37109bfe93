import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  type Quantity,
  readQuantity,
  signOf,
} from '../../quantity.ts';
import { type Draft, isEmpty, objectIn, objectsIn, openObject, put } from './draft.ts';
import { fillResources } from './resources.ts';

/**
 * Requests that follow from limits, and the resources of the whole Pod where a part of them is written.
 * Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_Pod`.
 */
export function defaultPodResources(spec: Draft): void {
  for (const container of [...objectsIn(spec, 'containers'), ...objectsIn(spec, 'initContainers')]) {
    const resources = objectIn(container, 'resources');
    const limits = objectIn(resources, 'limits');
    if (resources && limits) fillResources(openObject(resources, 'requests'), limits);
  }
  const resources = objectIn(spec, 'resources');
  if (resources === undefined) return;
  if (!isEmpty(resources.limits) || !isEmpty(resources.requests)) {
    for (const [name, limit] of sumOverContainers(spec, 'limits')) {
      const isAsked = objectIn(resources, 'requests')?.[name] !== undefined;
      if (name.startsWith('hugepages-') && !isAsked) addAmount(openObject(resources, 'limits'), name, limit);
    }
  }
  if (isEmpty(resources.limits)) return;
  const requests = openObject(resources, 'requests');
  for (const [name, request] of sumOverContainers(spec, 'requests')) {
    if (name === 'cpu' || name === 'memory') addAmount(requests, name, request);
  }
  for (const [name, limit] of Object.entries(objectIn(resources, 'limits') ?? {})) {
    const isKnown = name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
    if (isKnown && limit !== undefined) fillResources(requests, { [name]: limit });
  }
}

/** The class of service of a Pod. Source: kubernetes pkg/apis/core/helper/qos, `ComputePodQOS`. */
export function qosClassOf(spec: Draft): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const whole = objectIn(spec, 'resources');
  const holders = whole ? [whole] : ['containers', 'initContainers'].flatMap((list) => resourcesOf(spec, list));
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  let isLimited = true;
  for (const resources of holders) {
    addUp(requests, positiveAmounts(objectIn(resources, 'requests')));
    const own = positiveAmounts(objectIn(resources, 'limits'));
    addUp(limits, own);
    isLimited &&= own.size === 2 || (resources === whole && isEmpty(whole.limits));
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const isEqual = [...requests].every(([name, request]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantities(request, limit) === 0;
  });
  return isLimited && isEqual && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}

function resourcesOf(spec: Draft, list: string): readonly Draft[] {
  return objectsIn(spec, list).map((container) => objectIn(container, 'resources') ?? {});
}

function positiveAmounts(list: Draft | undefined): ReadonlyMap<string, Quantity> {
  const amounts = new Map<string, Quantity>();
  for (const name of ['cpu', 'memory']) {
    const quantity = readQuantity(list?.[name]);
    if (quantity && signOf(quantity) > 0) amounts.set(name, quantity);
  }
  return amounts;
}

/** What the containers take together; init containers count only where they take more than all that runs beside them. */
function sumOverContainers(spec: Draft, kind: 'requests' | 'limits'): ReadonlyMap<string, Quantity> {
  const amountsOf = (container: Draft) => readAmounts(objectIn(objectIn(container, 'resources'), kind));
  const total = new Map<string, Quantity>();
  for (const container of objectsIn(spec, 'containers')) addUp(total, amountsOf(container));
  const sidecars = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of objectsIn(spec, 'initContainers')) {
    const amounts = amountsOf(container);
    const isSidecar = container.restartPolicy === 'Always';
    if (isSidecar) {
      addUp(total, amounts);
      addUp(sidecars, amounts);
    }
    const needed = new Map(isSidecar ? sidecars : amounts);
    if (!isSidecar) addUp(needed, sidecars);
    raise(most, needed);
  }
  raise(total, most);
  return total;
}

function readAmounts(list: Draft | undefined): ReadonlyMap<string, Quantity> {
  return new Map(
    Object.entries(list ?? {}).flatMap(([name, value]) => {
      const quantity = readQuantity(value);
      return quantity ? [[name, quantity] as const] : [];
    }),
  );
}

function addUp(total: Map<string, Quantity>, amounts: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of amounts) {
    const before = total.get(name);
    total.set(name, before ? addQuantities(before, amount) : amount);
  }
}

function raise(most: Map<string, Quantity>, amounts: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of amounts) {
    const before = most.get(name);
    if (before === undefined || compareQuantities(amount, before) > 0) most.set(name, amount);
  }
}

function addAmount(list: Draft, name: string, amount: Quantity): void {
  if (list[name] === undefined) put(list, name, formatQuantity(amount));
}
