import type { Located, Span } from '../base/span.ts';
import type { YamlNode, YamlScalar } from '../yaml/node.ts';
import { findValue, isNull } from '../yaml/node.ts';

/**
 * A field as the manifest has it: its value with the place; *undecided* when something stands there that does not say
 * what the cluster would hold; `undefined` when absent (an explicit null is absent, as for the API server).
 * `field?.value` is the value where it is decided, else `undefined`.
 */
export type Field<T> = Located<T> | Undecided | undefined;

export interface Undecided extends Span {
  readonly value?: undefined;
  /** `template`: written by a template · `type`: of a type that the API server refuses · `change`: a kustomization may change it. */
  readonly undecided: 'template' | 'type' | 'change';
}

export type IntOrString = number | string;

/** Something in a resource's text that a rule may have to speak about, noted while the text was at hand. */
export type Fault = WrongType | NonString | NullInSelector | DuplicateKey | SurprisingNumber;

export interface WrongType extends Span {
  readonly code: 'wrong-type';
  readonly expected: 'string' | 'integer' | 'integer or string' | 'boolean' | 'mapping' | 'list';
  readonly found: 'string' | 'number' | 'boolean' | 'mapping' | 'list';
  /** A scalar's text; empty for a collection. */
  readonly text: string;
}

/** A value that must be a string and is a boolean or a number (`yes`, `1.10`); `value` is how Kubernetes reads it. */
export interface NonString extends Span {
  readonly code: 'non-string';
  readonly place: 'label' | 'annotation' | 'selector' | 'env';
  readonly key: string;
  readonly text: string;
  readonly value: string;
}

/** A key of a selector written with a null value: the API server drops the requirement. The span is the key's. */
export interface NullInSelector extends Span {
  readonly code: 'null-in-selector';
  readonly key: string;
  /** The null, empty where nothing is written. */
  readonly value: Span;
}

/** A key that loses against an equal, later key of the same mapping. */
export interface DuplicateKey extends Span {
  readonly code: 'duplicate-key';
  readonly key: string;
  /** Both values are the same. */
  readonly equal: boolean;
  readonly winner: Span;
}

/** A number whose Kubernetes reading differs from its look (`0120` is 80). */
export interface SurprisingNumber extends Span {
  readonly code: 'surprising-number';
  readonly text: string;
  readonly value: number;
}

/** What the readers of one file share. */
export interface ReadContext {
  readonly file: string;
  readonly faults: Fault[];
  /** Gives back an equal string that does not keep the file's text alive. */
  readonly intern: (text: string) => string;
  /** The namespace of objects that name none (`kubectl apply -n`), where it is known. */
  readonly defaultNamespace?: string;
  /** Whether to find out what the API server refuses. */
  readonly judges?: boolean;
}

/** Makes an interner; equal strings come out as one object, detached from the text that they were cut from. */
export function createInterner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const copy = text.length < 13 ? text : detach(text);
    known.set(copy, copy);
    return copy;
  };
}

/** Whether something stands there that is not decided. */
export function isUndecided(field: Field<unknown>): field is Undecided {
  return field !== undefined && 'undecided' in field;
}

/** Reads a string; a number or boolean is a wrong type. */
export function readString(node: YamlNode | undefined, context: ReadContext): Field<string> {
  const scalar = readScalar(node, 'string', context);
  if (scalar === undefined || scalar.kind === undefined) return scalar;
  if (typeof scalar.value === 'string')
    return { value: context.intern(scalar.value), start: scalar.start, end: scalar.end };
  return wrongType(scalar, 'string', context);
}

/** Reads an integer; notes a number that looks like another one. */
export function readInteger(node: YamlNode | undefined, context: ReadContext): Field<number> {
  const scalar = readScalar(node, 'integer', context);
  if (scalar === undefined || scalar.kind === undefined) return scalar;
  if (typeof scalar.value === 'number' && Number.isInteger(scalar.value))
    return locatedNumber(scalar, scalar.value, context);
  return wrongType(scalar, 'integer', context);
}

/** Reads a port as Services, probes and policies have it: a number, or a name. */
export function readIntOrString(node: YamlNode | undefined, context: ReadContext): Field<IntOrString> {
  const scalar = readScalar(node, 'integer or string', context);
  if (scalar === undefined || scalar.kind === undefined) return scalar;
  if (typeof scalar.value === 'string')
    return { value: context.intern(scalar.value), start: scalar.start, end: scalar.end };
  if (typeof scalar.value === 'number' && Number.isInteger(scalar.value))
    return locatedNumber(scalar, scalar.value, context);
  return wrongType(scalar, 'integer or string', context);
}

/** Reads a boolean. */
export function readBoolean(node: YamlNode | undefined, context: ReadContext): Field<boolean> {
  const scalar = readScalar(node, 'boolean', context);
  if (scalar === undefined || scalar.kind === undefined) return scalar;
  if (typeof scalar.value === 'boolean') return { value: scalar.value, start: scalar.start, end: scalar.end };
  return wrongType(scalar, 'boolean', context);
}

/** A list of a resource: its items, and whether a template may hold others. `undefined` when absent. */
export interface NodeList extends Span {
  readonly items: readonly YamlNode[];
  readonly open: boolean;
}

/** Reads a list; of a wrong type it counts as open and empty. */
export function readList(node: YamlNode | undefined, context: ReadContext): NodeList | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const { start, end } = node;
  if (node.kind === 'sequence') {
    return { items: node.items, open: node.unknown !== undefined || node.items.some(isTemplateWritten), start, end };
  }
  noteWrongType(node, 'list', context);
  return { items: [], open: true, start, end };
}

/** Notes a node that should be a mapping and is not; null is absent. */
export function noteMapping(node: YamlNode | undefined, context: ReadContext): void {
  if (node !== undefined && node.kind !== 'mapping' && !isNull(node)) noteWrongType(node, 'mapping', context);
}

/** Whether a template (or a text that we cannot read as Go does) decides what the node holds. */
export function isTemplateWritten(node: YamlNode): boolean {
  return node.unknown !== undefined;
}

/** Notes values that must be strings and are not, in a map of strings (`place` says which), and what is no map at all. */
export function noteNonStrings(node: YamlNode | undefined, place: NonString['place'], context: ReadContext): void {
  noteMapping(node, context);
  if (node?.kind !== 'mapping') return;
  for (const pair of node.pairs) {
    if (pair.merge || pair.name === undefined) continue;
    noteNonString(pair.value, pair.name, place, context);
    if (place === 'selector' && isNull(pair.value)) {
      const { start, end } = pair.key;
      const value = { start: pair.value.start, end: pair.value.end };
      context.faults.push({ code: 'null-in-selector', key: context.intern(pair.name), value, start, end });
    }
  }
}

/** The same for a selector of `matchLabels` and `matchExpressions`. */
export function noteSelector(node: YamlNode | undefined, context: ReadContext): void {
  noteMapping(node, context);
  noteNonStrings(findValue(node, 'matchLabels'), 'selector', context);
  const expressions = findValue(node, 'matchExpressions');
  if (expressions?.kind !== 'sequence') return;
  for (const expression of expressions.items) {
    const key = findValue(expression, 'key');
    const values = findValue(expression, 'values');
    if (values?.kind !== 'sequence') continue;
    for (const value of values.items) noteNonString(value, key?.kind === 'scalar' ? key.text : '', 'selector', context);
  }
}

/** Notes one value that must be a string and is not. */
export function noteNonString(
  node: YamlNode | undefined,
  key: string,
  place: NonString['place'],
  context: ReadContext,
): void {
  if (node?.kind !== 'scalar' || node.unknown !== undefined || node.value === null || typeof node.value === 'string')
    return;
  const { start, end } = node;
  const text = context.intern(node.text);
  context.faults.push({
    code: 'non-string',
    place,
    key: context.intern(key),
    text,
    value: String(node.value),
    start,
    end,
  });
}

type ReadScalar = YamlScalar | (Undecided & { readonly kind?: undefined }) | undefined;

function readScalar(node: YamlNode | undefined, expected: WrongType['expected'], context: ReadContext): ReadScalar {
  if (node === undefined) return undefined;
  const { start, end } = node;
  if (node.unknown !== undefined || isBracedName(node)) return { undecided: 'template', start, end };
  if (node.kind !== 'scalar') {
    noteWrongType(node, expected, context);
    return { undecided: 'type', start, end };
  }
  return node.value === null ? undefined : node;
}

/** `{name}` without a value is what templates of other languages leave to fill in, and YAML reads as a mapping. */
export function isBracedName(node: YamlNode): boolean {
  if (node.kind !== 'mapping' || !node.flow) return false;
  const [pair, another] = node.pairs;
  return pair !== undefined && another === undefined && isNull(pair.value) && pair.value.start === pair.value.end;
}

function wrongType(scalar: YamlScalar, expected: WrongType['expected'], context: ReadContext): Undecided {
  const { start, end } = scalar;
  noteWrongType(scalar, expected, context);
  return { undecided: 'type', start, end };
}

function noteWrongType(node: YamlNode, expected: WrongType['expected'], context: ReadContext): void {
  if (node.unknown !== undefined) return;
  const { start, end } = node;
  const text = node.kind === 'scalar' ? context.intern(node.text.slice(0, 80)) : '';
  context.faults.push({ code: 'wrong-type', expected, found: typeOf(node), text, start, end });
}

function typeOf(node: YamlNode): WrongType['found'] {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? 'list' : 'mapping';
  if (typeof node.value === 'boolean') return 'boolean';
  return typeof node.value === 'string' ? 'string' : 'number';
}

function locatedNumber(scalar: YamlScalar, value: number, context: ReadContext): Located<number> {
  const { start, end } = scalar;
  if (scalar.style === 'plain' && scalar.text !== String(value) && scalar.text !== `+${value}`) {
    context.faults.push({ code: 'surprising-number', text: context.intern(scalar.text), value, start, end });
  }
  return { value, start, end };
}

/** A string cut from a text keeps the whole text in memory; a round trip through an array does not. */
function detach(text: string): string {
  return text.split('').join('');
}
