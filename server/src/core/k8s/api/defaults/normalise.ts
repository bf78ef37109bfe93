import { formatQuantity, readQuantity } from '../../quantity.ts';
import type { PlainShape, Shape, StructShape } from '../shapes.ts';
import { type Draft, type DraftValue, isDraft, isEmpty, put } from './draft.ts';
import { WIRE_FIELDS, type WireField } from './wireFields.ts';

/**
 * An object of a built-in type as the API server writes it back: empty fields gone or spelled out, nulls and empty lists
 * absent, quantities in canonical form. Unknown fields and values of other types stay as they are.
 */
export function normaliseObject(object: Draft, { name: type, fields }: StructShape): Draft {
  const marks = WIRE_FIELDS.get(type);
  const result: Draft = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const shape = fields.get(name);
    const kept = shape ? normaliseField(value, shape, marks?.get(name)) : value;
    if (kept !== undefined) put(result, name, kept);
  }
  for (const [name, shape] of fields) {
    if (Object.hasOwn(result, name)) continue;
    const mark = marks?.get(name);
    const isStruct = shape.kind === 'struct' && IMPLICIT_STRUCTS.has(name);
    if (mark?.always || isStruct) put(result, name, mark?.ifSet ? null : zeroOf(shape));
  }
  return result;
}

/** Objects that are there in every object that may have them. */
const IMPLICIT_STRUCTS: ReadonlySet<string> = new Set(['metadata', 'spec', 'status']);

function normaliseField(value: DraftValue, shape: Shape, mark: WireField | undefined): DraftValue | undefined {
  if (value === null) return undefined;
  const normal = normaliseValue(value, shape);
  if (shape.kind === 'struct' || shape.kind === 'any' || shape.kind === 'empty' || !isEmpty(normal)) return normal;
  const isCollection = shape.kind === 'list' || shape.kind === 'map';
  return mark?.ifSet && !isCollection ? normal : undefined;
}

function normaliseValue(value: DraftValue, shape: Shape): DraftValue {
  switch (shape.kind) {
    case 'struct':
      return isDraft(value) ? normaliseObject(value, shape) : value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => normaliseItem(item, shape.items)) : value;
    case 'map': {
      if (!isDraft(value)) return value;
      const result: Draft = {};
      for (const [name, item] of Object.entries(value)) {
        if (item !== undefined) put(result, name, normaliseItem(item, shape.values));
      }
      return result;
    }
    default:
      return normalisePlain(value, shape);
  }
}

function normaliseItem(value: DraftValue, shape: Shape): DraftValue {
  return value === null ? zeroOf(shape) : normaliseValue(value, shape);
}

function normalisePlain(value: DraftValue, { kind }: PlainShape): DraftValue {
  if (kind === 'quantity') {
    const quantity = readQuantity(value);
    return quantity ? formatQuantity(quantity) : value;
  }
  return kind === 'bytes' && typeof value === 'string' ? value.replace(/[\r\n]/g, '') : value;
}

/** What a field that is always written holds when nothing is set. */
function zeroOf(shape: Shape): DraftValue {
  switch (shape.kind) {
    case 'struct':
      return normaliseObject({}, shape);
    case 'string':
    case 'bytes':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}
