import { type BuildNode, type BuildSequence, isEmpty, isMissing, memberOf, rawTextOf, textOf } from './node.ts';

// Lists merged by keys, as kyaml does it (walk/associative_sequence.go, fns.go: ElementSetter, ElementMatcher). Its
// corners are kept: an item without the key, in a list merged by it, takes all before it away.

/**
 * The key values of all items, those of the first list first, each once; one list of one text for an item of a list of
 * plain values (no keys). With several keys, values that differ only in missing ones are one.
 */
export function toMergeValues(
  lists: readonly BuildSequence[],
  keys: readonly string[],
): readonly (readonly string[])[] {
  const seen = new Set<string>();
  const values: (readonly string[])[] = [];
  for (const { items } of lists) {
    for (const item of items) {
      const own = keys.length === 0 ? [rawTextOf(item)] : keys.map((key) => keyValue(item, key));
      const id = own.join('\0');
      if (seen.has(id)) continue;
      seen.add(id);
      values.push(own);
    }
  }
  return keys.length > 1 ? unify(values) : values;
}

function keyValue(item: BuildNode, key: string): string {
  const value = memberOf(item, key);
  return isEmpty(value) ? '' : rawTextOf(value);
}

function unify(values: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const result = [...values];
  for (let i = 0; i < result.length; i++) {
    const first = result[i] ?? [];
    for (let j = 0; j < result.length; j++) {
      const united = unite(first, result[j] ?? []);
      if (united === undefined) continue;
      result[i] = united;
      result[j] = united;
    }
  }
  return result;
}

/** Both as one, when they share a value and differ only where one of them has none. */
function unite(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  if (a.length !== b.length) return undefined;
  let isShared = false;
  const united: string[] = [];
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? '';
    if (value === other) isShared = true;
    else if (value !== '' && other !== '') return undefined;
    united.push(value === '' ? other : value);
  }
  return isShared ? united : undefined;
}

/** The keys that any item has; the first ones when none has any. */
export function validKeys(
  all: readonly (readonly string[])[],
  values: readonly string[],
  keys: readonly string[],
): { readonly keys: readonly string[]; readonly values: readonly string[] } {
  const used = new Set<string>();
  for (const own of all) for (const [index, value] of own.entries()) if (value !== '') used.add(keys[index] ?? '');
  if (used.size === 0) return { keys, values };
  return {
    keys: keys.filter((key) => used.has(key)),
    values: values.filter((value, index) => value !== '' || used.has(keys[index] ?? '')),
  };
}

/** The first item whose keys have these values. */
export function elementOf(
  list: BuildSequence,
  keys: readonly string[],
  values: readonly string[],
): BuildNode | undefined {
  if (keys[0] === undefined || keys[0] === '') return list.items.find((item) => rawTextOf(item) === (values[0] ?? ''));
  return list.items.find(
    (item) =>
      item.kind === 'mapping' &&
      keys.every((key, index) => {
        const value = memberOf(item, key);
        return value !== undefined && rawTextOf(value) === (values[index] ?? '');
      }),
  );
}

/** Replaces the items whose keys have these values, takes them away (no element), or adds one at the end. */
export function setElement(
  list: BuildSequence,
  element: BuildNode | undefined,
  keys: readonly string[],
  values: readonly string[],
): void {
  const isByKey = keys[0] !== undefined && keys[0] !== '' && values[0] !== undefined && values[0] !== '';
  const kept: BuildNode[] = [];
  let isFound = false;
  for (const item of list.items) {
    if (isMissing(item) || (item.kind === 'mapping' && item.pairs.length === 0)) continue;
    if (item.kind !== 'mapping' && isByKey) {
      kept.push(item);
      continue;
    }
    if (!matches(item, keys, values)) {
      if (values.length > 0) kept.push(item);
      continue;
    }
    isFound = true;
    if (element !== undefined) kept.push(element);
  }
  if (!isMissing(element) && !isFound) kept.push(element);
  list.items = kept;
}

function matches(item: BuildNode, keys: readonly string[], values: readonly string[]): boolean {
  let isFound = false;
  for (const [index, key] of keys.entries()) {
    if (index < values.length) {
      const wanted = values[index] ?? '';
      if (key === '') isFound = item.kind === 'scalar' && textOf(item) === wanted;
      else {
        const value = memberOf(item, key);
        isFound = value !== undefined && (wanted === '' || rawTextOf(value) === wanted);
      }
    }
    if (!isFound) return false;
  }
  return isFound;
}

/** Adds the items of `from`, each in place of one with the same keys. */
export function appendList(list: BuildSequence, from: BuildSequence, keys: readonly string[]): void {
  for (const item of from.items) {
    if (keys[0] === undefined || keys[0] === '') {
      setElement(list, item, [''], [rawTextOf(item)]);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = memberOf(item, key);
      if (value === undefined) list.items.push(item);
      else values.push(rawTextOf(value));
    }
    if (keys.length > 1) setElement(list, undefined, keys, values);
    setElement(list, item, keys, values);
  }
}
