import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { quantityFault } from '../quantity.ts';
import type { PlainShape } from './shapes.ts';
import { timeFault } from './times.ts';

/**
 * What keeps a value, decided and not null, from being decoded as a plain type, as a sentence; `undefined` when nothing.
 * Numbers count by their value: `1e3` and `80.0` are integers. Source: sigs.k8s.io/json, `literalStore`, and the
 * `UnmarshalJSON` of resource.Quantity, intstr.IntOrString, metav1.Time and metav1.MicroTime.
 */
export function plainFault(node: YamlNode, kind: PlainShape['kind']): string | undefined {
  if (node.kind !== 'scalar') {
    return kind === 'empty' && node.kind === 'mapping' ? undefined : expected(EXPECTED[kind], node);
  }
  const { value } = node;
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? undefined : expected(EXPECTED.string, node);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : expected(EXPECTED.boolean, node);
    case 'number':
      return isNumber(value) ? undefined : expected(EXPECTED.number, node);
    case 'int32':
    case 'int64':
      return integerFault(node, kind, EXPECTED[kind]);
    case 'int-or-string':
      return typeof value === 'string' ? undefined : integerFault(node, 'int32', EXPECTED[kind]);
    case 'bytes':
      return typeof value === 'string' ? base64Fault(value) : expected(EXPECTED.bytes, node);
    case 'quantity':
      return amountFault(node);
    case 'time':
    case 'micro-time': {
      if (typeof value !== 'string') return expected(EXPECTED[kind], node);
      const fault = timeFault(value, kind);
      return fault && `${quote(node)} ${fault}`;
    }
    case 'any':
      return undefined;
    default:
      return expected(EXPECTED[kind], node);
  }
}

/** "a mapping must stand here, not the string `web`" */
export function expected(words: string, node: YamlNode): string {
  return `${words} must stand here, not ${describe(node)}`;
}

const EXPECTED: Readonly<Record<PlainShape['kind'], string>> = {
  string: 'a string',
  boolean: '`true` or `false`',
  number: 'a number',
  int32: 'a whole number',
  int64: 'a whole number',
  'int-or-string': 'a whole number or a string',
  bytes: 'a string in base64',
  quantity: 'a quantity such as `500m` or `64Mi`',
  time: 'a time',
  'micro-time': 'a time',
  empty: 'a mapping',
  any: 'anything',
  'schema-or-boolean': 'a mapping, `true` or `false`',
  'schema-or-schemas': 'a mapping or a list',
  'schema-or-strings': 'a mapping or a list',
};

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2n ** 63n - 1n;

function integerFault(node: YamlScalar, kind: 'int32' | 'int64', words: string): string | undefined {
  const { value } = node;
  if (!isNumber(value) || (typeof value === 'number' && !Number.isInteger(value))) return expected(words, node);
  const most = kind === 'int32' ? BigInt(MAX_INT32) : MAX_INT64;
  const exact = BigInt(value);
  if (exact > most) return `${quote(node)} is too large: ${most} is the most`;
  return exact < -most - 1n ? `${quote(node)} is too small: ${-most - 1n} is the least` : undefined;
}

/** What stands between the quotes of the JSON is read as it is, escapes too. */
function amountFault(node: YamlScalar): string | undefined {
  const { value } = node;
  if (typeof value === 'boolean') return expected(EXPECTED.quantity, node);
  const fault = quantityFault(typeof value === 'string' ? JSON.stringify(value).slice(1, -1).trim() : String(value));
  return fault && `${quote(node)} ${fault}`;
}

function base64Fault(text: string): string | undefined {
  const digits = text.replace(/[\r\n]+/g, '');
  const body = digits.replace(/={1,2}$/, '');
  const other = /[^A-Za-z0-9+/]/.exec(body)?.[0];
  if (other !== undefined) return `base64 must stand here, and \`${other}\` has no place in it`;
  const isPadded = digits.length % 4 === 0 && body.length % 4 !== 1;
  return isPadded
    ? undefined
    : 'base64 must stand here, and its length is no multiple of 4: its end is missing, or its `=`';
}

function isNumber(value: YamlScalar['value']): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The string `web`; a list. */
function describe(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? 'a list' : 'a mapping';
  const type = typeof node.value === 'boolean' ? 'boolean' : typeof node.value === 'string' ? 'string' : 'number';
  return `the ${type} ${quote(node)}`;
}

function quote(node: YamlScalar): string {
  return `\`${node.text.slice(0, 80)}\``;
}
