import type { Span } from '../../base/span.ts';
import { effectivePairs, isNull, type YamlNode, type YamlPair } from '../../yaml/node.ts';
import { isBracedName } from '../field.ts';
import type { Report } from './place.ts';
import { expected, plainFault } from './plainValues.ts';
import { type Shape, type StructShape, structOf } from './shapes.ts';
import { pathOf, type Trail } from './trail.ts';
import { nearestField, unknownFieldMessage } from './unknownField.ts';

/**
 * Finds fields that the API server does not know, and values that it cannot decode. Nothing is said of what a template
 * writes. Null is taken everywhere.
 * Source: sigs.k8s.io/json, `UnmarshalStrict`, into the types of k8s.io/api.
 */
export function checkStructure(root: YamlNode, shape: StructShape, report: Report): void {
  checkStruct(root, shape, { report, isStrict: true }, undefined, root);
}

interface Walk {
  readonly report: Report;
  /** Types with a decoder of their own drop what they do not know. */
  readonly isStrict: boolean;
}

function check(node: YamlNode, shape: Shape, walk: Walk, trail: Trail, at: Span): void {
  if (node.unknown !== undefined || isNull(node) || isBracedName(node)) return;
  switch (shape.kind) {
    case 'struct':
      checkStruct(node, shape, walk, trail, at);
      return;
    case 'list':
      checkList(node, shape.items, walk, trail, at);
      return;
    case 'map':
      checkMap(node, shape.values, walk, trail, at);
      return;
    case 'any':
      return;
    case 'schema-or-boolean':
    case 'schema-or-schemas':
    case 'schema-or-strings':
      checkSchema(node, shape.kind, walk, trail, at);
      return;
    case 'bytes':
      if (node.kind === 'sequence' && node.items.every(isByte)) return;
      break;
  }
  const fault = plainFault(node, shape.kind);
  if (fault !== undefined) refuse(walk, trail, node, at, fault);
}

function checkStruct(node: YamlNode, shape: StructShape, walk: Walk, trail: Trail | undefined, at: Span): void {
  if (node.kind !== 'mapping') {
    if (trail !== undefined) refuseShape(node, 'a mapping', walk, trail, at);
    return;
  }
  for (const pair of effectivePairs(node)) {
    const { name, key, value } = pair;
    if (name === undefined || key.unknown !== undefined) continue;
    const field = shape.fields.get(name);
    if (field !== undefined) check(value, field, walk, { parent: trail, name, shape }, key);
    else if (walk.isStrict) refuseField(pair, name, shape, walk, trail);
  }
}

function refuseField({ key, value }: YamlPair, name: string, shape: StructShape, walk: Walk, above: Trail | undefined) {
  const trail: Trail = { parent: above, name, shape };
  const { start, end } = key;
  const message = unknownFieldMessage(trail, value, shape);
  const nearest = nearestField(name, shape);
  const meant = nearest && pathOf({ ...trail, name: nearest }, 'meaning');
  walk.report({ field: pathOf(trail, 'strict'), reason: 'Strict', message, start, end, ...(meant && { meant }) });
}

function checkList(node: YamlNode, items: Shape, walk: Walk, trail: Trail, at: Span): void {
  if (node.kind !== 'sequence') {
    refuseShape(node, 'a list', walk, trail, at);
    return;
  }
  node.items.forEach((item, index) => {
    check(item, items, walk, { parent: trail, name: index }, item.kind === 'scalar' ? item : (firstOf(item) ?? item));
  });
}

function checkMap(node: YamlNode, values: Shape, walk: Walk, trail: Trail, at: Span): void {
  if (node.kind !== 'mapping') {
    refuseShape(node, 'a mapping', walk, trail, at);
    return;
  }
  if (values.kind === 'any') return;
  for (const { name, key, value } of effectivePairs(node)) {
    if (name === undefined || key.unknown !== undefined) continue;
    check(value, values, walk, { parent: trail, name, isKey: true }, key);
  }
}

/** A schema within a CustomResourceDefinition: what it does not know, its decoder drops. */
function checkSchema(node: YamlNode, kind: string, walk: Walk, trail: Trail, at: Span): void {
  const schema = structOf('JSONSchemaProps');
  if (schema === undefined) return;
  const loose: Walk = { ...walk, isStrict: false };
  if (node.kind === 'mapping') checkStruct(node, schema, loose, trail, at);
  else if (kind === 'schema-or-boolean') {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return;
    refuseShape(node, 'a mapping, `true` or `false`', walk, trail, at);
  } else if (node.kind === 'sequence') {
    checkList(node, kind === 'schema-or-schemas' ? schema : { kind: 'string' }, loose, trail, at);
  }
}

function refuseShape(node: YamlNode, words: string, walk: Walk, trail: Trail, at: Span): void {
  refuse(walk, trail, node, at, expected(words, node));
}

function refuse(walk: Walk, trail: Trail, node: YamlNode, at: Span, message: string): void {
  const { start, end } = node.kind === 'scalar' ? node : at;
  const text = node.kind === 'scalar' ? { text: node.text.slice(0, 80) } : {};
  walk.report({ field: pathOf(trail, 'meaning'), reason: 'Type', message, start, end, ...text });
}

/** Go takes a list of small integers for bytes as well. */
function isByte(node: YamlNode): boolean {
  if (node.unknown !== undefined || isNull(node)) return true;
  const value = node.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function firstOf(node: YamlNode): Span | undefined {
  if (node.kind === 'mapping') return node.pairs[0]?.key;
  return node.kind === 'sequence' ? node.items[0] : node;
}
