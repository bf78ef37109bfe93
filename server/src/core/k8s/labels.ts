import type { Located, Span } from '../base/span.ts';
import { isNull, type YamlNode } from '../yaml/node.ts';
import { readSequenceItems, readStringMap } from './stringMap.ts';

/** The answer to a question about something that is not wholly known. Only a definite `no` may become a finding. */
export type Ternary = 'yes' | 'no' | 'unknown';

export interface LabelEntry {
  readonly key: Located<string>;
  /** `undefined`: not decided (written by a template, or of a type that the API server refuses). */
  readonly value: Located<string> | undefined;
  /**
   * Written as null (the value is then `''`): `kubectl apply` drops such a key before it creates the object, every other
   * way in (`kubectl create`, server-side apply) leaves an empty string.
   */
  readonly fromNull?: true;
}

/** The labels of an object or template. `open`: further keys, or other values, may come from a template, a patch, an operator. */
export interface LabelSet extends Span {
  readonly entries: readonly LabelEntry[];
  readonly open: boolean;
}

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

export interface Requirement {
  readonly key: Located<string>;
  readonly operator: Operator;
  readonly values: readonly Located<string>[];
  /** `false`: the key, the operator or a value is templated, or the API server refuses the requirement. */
  readonly decided: boolean;
  readonly origin: 'matchLabels' | 'matchExpressions' | 'map';
}

export interface LabelSelector extends Span {
  readonly requirements: readonly Requirement[];
  /** Further requirements may exist. */
  readonly open: boolean;
  /** Keys written with a null value: `kubectl apply` drops the requirement in silence. */
  readonly nullKeys: readonly Located<string>[];
}

type Intern = (text: string) => string;

/** Reads `metadata.labels`; `undefined` when absent or null. A value of a wrong type makes an open, empty set. */
export function readLabels(node: YamlNode | undefined, intern: Intern = asIs): LabelSet | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const { pairs, open } = readStringMap(node);
  const entries = pairs.map(({ key, value }): LabelEntry => {
    const located = { ...key, value: intern(key.value) };
    if (isNull(value))
      return { key: located, value: { value: '', start: value.start, end: value.end }, fromNull: true };
    return { key: located, value: readText(value, intern) };
  });
  return { entries, open, start: node.start, end: node.end };
}

/** Reads a selector that is a plain map (Service, ReplicationController); `undefined` when absent or null. */
export function readSelectorMap(node: YamlNode | undefined, intern: Intern = asIs): LabelSelector | undefined {
  if (node === undefined || isNull(node)) return undefined;
  return readEqualities(node, 'map', intern);
}

/** Reads a selector of `matchLabels` and `matchExpressions`; `undefined` when absent or null. */
export function readLabelSelector(node: YamlNode | undefined, intern: Intern = asIs): LabelSelector | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const { pairs, open } = readStringMap(node);
  let requirements: readonly Requirement[] = [];
  let nullKeys: readonly Located<string>[] = [];
  let mayHoldMore = open;
  for (const { key, value } of pairs) {
    if (isNull(value)) continue;
    if (key.value === 'matchLabels') {
      const equalities = readEqualities(value, 'matchLabels', intern);
      requirements = [...requirements, ...equalities.requirements];
      nullKeys = equalities.nullKeys;
      mayHoldMore ||= equalities.open;
    } else if (key.value === 'matchExpressions') {
      const expressions = readSequenceItems(value);
      const read = expressions.items.map((item) => readExpression(item, intern));
      const known = read.filter((requirement) => requirement !== undefined);
      requirements = [...requirements, ...known];
      mayHoldMore ||= expressions.open || known.length < read.length;
    } else {
      mayHoldMore = true;
    }
  }
  return { requirements, nullKeys, open: mayHoldMore, start: node.start, end: node.end };
}

/** Whether labels satisfy one requirement; `NotIn` and `DoesNotExist` are satisfied by an absent key. */
export function matchRequirement(requirement: Requirement, labels: LabelSet): Ternary {
  if (!requirement.decided) return 'unknown';
  const entry = labels.entries.find((candidate) => candidate.key.value === requirement.key.value);
  if (entry === undefined) return labels.open ? 'unknown' : matchValue(requirement, undefined);
  if (entry.fromNull) return either(matchValue(requirement, ''), matchValue(requirement, undefined));
  if (requirement.operator === 'Exists') return 'yes';
  if (requirement.operator === 'DoesNotExist') return 'no';
  if (entry.value === undefined) return 'unknown';
  const verdict = matchValue(requirement, entry.value.value);
  return verdict === 'no' && labels.open ? 'unknown' : verdict;
}

/**
 * Whether labels satisfy every requirement; an empty selector matches everything. Whether an absent selector matches
 * all or nothing depends on the field that holds it, so the caller decides that.
 */
export function matchSelector(selector: LabelSelector, labels: LabelSet): Ternary {
  let verdict: Ternary = selector.open ? 'unknown' : 'yes';
  for (const requirement of selector.requirements) {
    const one = matchRequirement(requirement, labels);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

/**
 * The selector as Kubernetes prints it, sorted by key: `app=web,tier in (dev,prod),!zone`. `?` stands for what is not
 * decided. Source: k8s.io/apimachinery/pkg/labels/selector.go, `Requirement.String`.
 */
export function selectorText(selector: LabelSelector): string {
  const sorted = [...selector.requirements].sort((a, b) => compareTexts(a.key.value, b.key.value));
  const parts = sorted.map(requirementText);
  if (selector.open) parts.push('?');
  return parts.join(',');
}

/** One requirement as Kubernetes prints it. */
export function requirementText({ key, operator, values, decided, origin }: Requirement): string {
  const texts = values.map((value) => value.value).sort(compareTexts);
  if (!decided && texts.length === 0 && operator !== 'Exists' && operator !== 'DoesNotExist') texts.push('?');
  switch (operator) {
    case 'Exists':
      return key.value;
    case 'DoesNotExist':
      return `!${key.value}`;
    case 'In':
      return origin === 'matchExpressions' ? `${key.value} in (${texts.join(',')})` : `${key.value}=${texts.join(',')}`;
    case 'NotIn':
      return `${key.value} notin (${texts.join(',')})`;
  }
}

/** The labels in the same form, sorted by key: `app=web,tier=prod`; `?` stands for what is not decided. */
export function labelsText(labels: LabelSet): string {
  const parts = labels.entries.map(({ key, value }) => `${key.value}=${value?.value ?? '?'}`).sort(compareTexts);
  if (labels.open) parts.push('?');
  return parts.join(',');
}

function matchValue({ operator, values }: Requirement, value: string | undefined): Ternary {
  const isListed = value !== undefined && values.some((candidate) => candidate.value === value);
  switch (operator) {
    case 'In':
      return isListed ? 'yes' : 'no';
    case 'NotIn':
      return isListed ? 'no' : 'yes';
    case 'Exists':
      return value !== undefined ? 'yes' : 'no';
    case 'DoesNotExist':
      return value === undefined ? 'yes' : 'no';
  }
}

function either(a: Ternary, b: Ternary): Ternary {
  return a === b ? a : 'unknown';
}

function readEqualities(node: YamlNode, origin: 'map' | 'matchLabels', intern: Intern): LabelSelector {
  const { pairs, open } = readStringMap(node);
  const keyOf = ({ value, start, end }: Located<string>) => ({ value: intern(value), start, end });
  // Made by `map`, lists have no room to spare; most selectors in memory are made here.
  const requirements = pairs
    .filter(({ value }) => !isNull(value))
    .map((pair): Requirement => {
      const value = readText(pair.value, intern);
      const values = value ? [value] : [];
      return { key: keyOf(pair.key), operator: 'In', values, decided: value !== undefined, origin };
    });
  const nullKeys = pairs.filter(({ value }) => isNull(value)).map(({ key }) => keyOf(key));
  return { requirements, nullKeys, open, start: node.start, end: node.end };
}

/** `undefined` where the item says nothing that could stand as a requirement. */
function readExpression(node: YamlNode, intern: Intern): Requirement | undefined {
  if (node.kind !== 'mapping') return undefined;
  const { pairs, open } = readStringMap(node);
  const fieldOf = (name: string) => pairs.find((pair) => pair.key.value === name)?.value;
  const key = readText(fieldOf('key'), intern);
  const operator = readText(fieldOf('operator'), intern)?.value;
  if (key === undefined || !isOperator(operator)) return undefined;
  const list = readSequenceItems(fieldOf('values'));
  const values = list.items.map((item) => readText(item, intern) ?? nullText(item));
  const known = values.filter((value) => value !== undefined);
  const takesValues = operator === 'In' || operator === 'NotIn';
  const decided = !open && !list.open && known.length === values.length && takesValues === known.length > 0;
  return { key, operator, values: known, decided, origin: 'matchExpressions' };
}

function isOperator(text: string | undefined): text is Operator {
  return text === 'In' || text === 'NotIn' || text === 'Exists' || text === 'DoesNotExist';
}

function readText(node: YamlNode | undefined, intern: Intern): Located<string> | undefined {
  if (node?.kind !== 'scalar' || node.unknown !== undefined || typeof node.value !== 'string') return undefined;
  return { value: intern(node.value), start: node.start, end: node.end };
}

/** A null item of a list of strings is an empty string. */
function nullText(node: YamlNode): Located<string> | undefined {
  return isNull(node) ? { value: '', start: node.start, end: node.end } : undefined;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function asIs(text: string): string {
  return text;
}
