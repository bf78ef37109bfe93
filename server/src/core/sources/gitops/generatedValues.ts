import type { JsonValue } from '../../yaml/json.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { at, entriesAt, isTemplated, itemsAt, rawText, textAt } from './fields.ts';
import { isObject, type Parameters } from './template.ts';

/** The parameters that generators give for one Application. */
export type Values = Parameters['values'];

/** `{cluster: {name: a}}` as `{'cluster.name': 'a'}`: all values are text. */
export function flatten(value: Values, prefix = ''): Values {
  const flat: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (isObject(member)) Object.assign(flat, flatten(member, `${prefix}${name}.`));
    else if (Array.isArray(member))
      Object.assign(flat, flatten(Object.fromEntries(member.entries()), `${prefix}${name}.`));
    else if (member !== null) flat[`${prefix}${name}`] = String(member);
  }
  return flat;
}

/** Parameters with those of another generator; where both set a name the second ones win. */
export function joinValues(values: Values, winner: Values): Values {
  const merged: Record<string, JsonValue> = { ...values };
  for (const [name, value] of Object.entries(winner)) {
    const other = merged[name];
    merged[name] = isObject(value) && isObject(other) ? joinValues(other, value) : value;
  }
  return merged;
}

/**
 * What a `merge` generator gives: the sets of the first generator, each with what the others give for equal values of the keys
 * (argo-cd, applicationset/generators/merge.go). Without Go templates every value wins, with them those that are not empty.
 */
export function mergeSets(
  keys: readonly string[],
  sets: readonly (readonly Values[])[],
  dialect: Parameters['dialect'],
): readonly Values[] | string {
  if (keys.length === 0 || sets.length < 2) return 'a `merge` has keys and two generators';
  if (dialect === 'go' && keys.some((key) => key.includes('.'))) return 'a `merge` by nested keys is not evaluated';
  const tables = sets.map((set) => new Map(set.map((values) => [keyOf(values, keys), values])));
  if (tables.some((table, index) => table.size !== sets[index]?.length))
    return 'two sets of parameters have the same keys: Argo CD refuses this';
  const [base, ...overrides] = tables;
  return [...(base ?? [])].map(([key, values]) =>
    overrides.reduce<Values>((merged, table) => {
      const more = table.get(key) ?? {};
      return joinValues(merged, dialect === 'go' ? withoutEmpty(more) : more);
    }, values),
  );
}

/** Whether a generator's `selector` takes parameters, as if they were labels; `undefined` where it is not understood. */
export function selectsValues(selector: YamlNode | undefined, values: Values): boolean | undefined {
  if (selector === undefined) return true;
  if (isTemplated(selector)) return undefined;
  const flat = flatten(values);
  const has = (name: string) => Object.hasOwn(flat, name);
  for (const { name, value } of entriesAt(selector, 'matchLabels')) if (flat[name] !== rawText(value)) return false;
  for (const expression of itemsAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key') ?? '';
    const listed = itemsAt(expression, 'values').some((item) => has(key) && rawText(item) === flat[key]);
    const verdict = { In: listed, NotIn: !listed, Exists: has(key), DoesNotExist: !has(key) };
    const found = Object.entries(verdict).find(([operator]) => operator === textAt(expression, 'operator'));
    if (found === undefined) return undefined;
    if (!found[1]) return false;
  }
  return true;
}

/** Whether what a generator gives is written in the repository: others ask a cluster or a service. */
export function isWritten(generator: YamlNode): boolean {
  const [type] = entriesAt(generator).filter(({ name }) => name !== 'selector');
  if (type?.name === 'list' || type?.name === 'git') return true;
  const isJoined = type?.name === 'matrix' || type?.name === 'merge';
  return isJoined && itemsAt(at(type.value), 'generators').every(isWritten);
}

function keyOf(values: Values, keys: readonly string[]): string {
  return JSON.stringify([...new Set(keys)].sort().map((key) => String(JSON.stringify(values[key] ?? null))));
}

/** Go's library for this leaves values alone that are zero, empty or missing in the winner. */
function withoutEmpty(values: Values): Values {
  const kept = Object.entries(values).flatMap(([name, value]): [string, JsonValue][] => {
    if (isObject(value)) return [[name, withoutEmpty(value)]];
    const isEmpty = value === null || value === '' || value === 0 || value === false || Array.isArray(value);
    return isEmpty && !(Array.isArray(value) && value.length > 0) ? [] : [[name, value]];
  });
  return Object.fromEntries(kept);
}
