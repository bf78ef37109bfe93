import type { Span } from '../base/span.ts';
import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { readSequenceItems, readStringMap } from './stringMap.ts';
import { labelKeyFault, labelValueFault } from './validity.ts';

export interface SelectorFault extends Span {
  /** "the operator `in` is none of …" */
  readonly message: string;
}

/**
 * What the API server refuses in a selector of `matchLabels` and `matchExpressions`, or (with `isMap`) in a plain map.
 * Says nothing about what a template writes, nor about values of a wrong type. Source: k8s.io/apimachinery
 * pkg/apis/meta/v1/helpers.go, `LabelSelectorAsSelector`, and pkg/labels/selector.go, `NewRequirement`.
 */
export function findSelectorFaults(node: YamlNode | undefined, isMap = false): readonly SelectorFault[] {
  if (node === undefined || isNull(node)) return [];
  if (isMap) return mapFaults(node);
  const labels = findValue(node, 'matchLabels');
  const { items } = readSequenceItems(findValue(node, 'matchExpressions'));
  return [...(labels ? mapFaults(labels) : []), ...items.flatMap(expressionFaults)];
}

const OPERATORS: ReadonlySet<string> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

function mapFaults(node: YamlNode): readonly SelectorFault[] {
  return readStringMap(node).pairs.flatMap(({ key, value }) => [
    ...faultAt(key, `the label key \`${key.value}\``, labelKeyFault(key.value)),
    ...valueFaults(value),
  ]);
}

function expressionFaults(node: YamlNode): readonly SelectorFault[] {
  if (node.kind !== 'mapping' || node.unknown !== undefined) return [];
  const key = findValue(node, 'key');
  const keyText = textOf(key) ?? (isNull(key) ? '' : undefined);
  const keyFault = keyText === undefined ? undefined : labelKeyFault(keyText);
  const values = findValue(node, 'values');
  return [
    ...faultAt(key ?? node, `the label key \`${keyText}\``, keyFault),
    ...operatorFaults(node, values),
    ...readSequenceItems(values).items.flatMap(valueFaults),
  ];
}

function operatorFaults(expression: YamlNode, values: YamlNode | undefined): readonly SelectorFault[] {
  const node = findValue(expression, 'operator');
  const operator = textOf(node) ?? (isNull(node) ? '' : undefined);
  if (operator === undefined) return [];
  if (!OPERATORS.has(operator)) {
    return faultAt(
      node ?? expression,
      `the operator \`${operator}\``,
      'is none of `In`, `NotIn`, `Exists`, `DoesNotExist`',
    );
  }
  const list = readSequenceItems(values);
  if (list.open) return [];
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues === list.items.length > 0) return [];
  return faultAt(
    node ?? expression,
    `the operator \`${operator}\``,
    takesValues ? 'needs at least one value' : 'takes no values',
  );
}

function valueFaults(node: YamlNode): readonly SelectorFault[] {
  const text = textOf(node);
  return text === undefined ? [] : faultAt(node, `the label value \`${text}\``, labelValueFault(text));
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.unknown === undefined && typeof node.value === 'string'
    ? node.value
    : undefined;
}

function faultAt({ start, end }: Span, subject: string, fault: string | undefined): readonly SelectorFault[] {
  return fault === undefined ? [] : [{ message: `${subject} ${fault}`, start, end }];
}
