import type { ScalarValue, YamlNode } from '../../server/src/core/yaml/node.ts';

const NOWHERE = { start: 0, end: 0 };

/** The tree of a JSON value, without positions. What looks like a template is a plain text here. */
export function toYamlNode(value: unknown): YamlNode {
  if (Array.isArray(value)) return { kind: 'sequence', flow: true, items: value.map(toYamlNode), ...NOWHERE };
  if (value !== null && typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, item]) => ({
      name,
      key: toYamlNode(name),
      value: toYamlNode(item),
      merge: false,
    }));
    return { kind: 'mapping', flow: true, pairs, ...NOWHERE };
  }
  return { kind: 'scalar', value: value as ScalarValue, text: String(value), style: 'double', ...NOWHERE };
}
