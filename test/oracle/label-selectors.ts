import {
  matchSelector,
  readLabelSelector,
  readLabels,
  readSelectorMap,
  selectorText,
} from '../../server/src/core/k8s/labels.ts';
import { findSelectorFaults } from '../../server/src/core/k8s/selectorValidity.ts';
import { toYamlNode } from './jsonNode.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

/** Selectors against labels: whether they match, their canonical text, and which selectors are refused. */
export function run(vector: Vector): Verdict {
  const node = toYamlNode(vector.selector);
  const isMap = vector.style === 'map';
  const faults = isMap ? [] : findSelectorFaults(node);
  if (vector.error !== undefined || faults.length > 0) {
    return compare(vector.error !== undefined, faults.length > 0);
  }
  const selector = isMap ? readSelectorMap(node) : readLabelSelector(node);
  const labels = readLabels(toYamlNode(vector.labels)) ?? { entries: [], open: false, start: 0, end: 0 };
  // Of absent selectors, that of the map style matches everything, the other nothing.
  const matches = selector ? matchSelector(selector, labels) : isMap ? 'yes' : 'no';
  if (matches === 'unknown') return { status: 'unknown' };
  return compare(
    { matches: vector.matches, string: vector.string },
    { matches: matches === 'yes', string: selector ? selectorText(selector) : '' },
  );
}
