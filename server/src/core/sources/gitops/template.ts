import type { JsonValue } from '../../yaml/json.ts';
import type { YamlNode } from '../../yaml/node.ts';

/** The parameters that a generator of an ApplicationSet gives for one Application. */
export interface Parameters {
  /** Nested for Go templates, else with names such as `path.basename`. */
  readonly values: { readonly [name: string]: JsonValue };
  readonly dialect: 'go' | 'simple';
}

/** A tree in which the templates that the parameters decide are replaced; all others stay unknown. */
export function renderTemplate(node: YamlNode, parameters: Parameters): YamlNode {
  switch (node.kind) {
    case 'scalar': {
      if (!node.text.includes('{{')) return node;
      const text = renderText(node.text, parameters);
      if (text === undefined) return { ...node, unknown: 'template' };
      const { unknown: _, ...rest } = node;
      // The quotes tell that the text does not stand in the file.
      return { ...rest, value: text, text, style: 'double' };
    }
    case 'sequence':
      return { ...node, items: node.items.map((item) => renderTemplate(item, parameters)) };
    case 'mapping':
      return {
        ...node,
        pairs: node.pairs.map((pair) => ({ ...pair, value: renderTemplate(pair.value, parameters) })),
      };
  }
}

/** The text with its templates replaced; `undefined` when one is not decided, or does more than name a parameter. */
export function renderText(text: string, { values, dialect }: Parameters): string | undefined {
  let isUnknown = false;
  const rendered = text.replace(/\{\{(.*?)\}\}/gs, (_, inner: string) => {
    const value = dialect === 'go' ? evaluate(inner.trim(), values) : values[inner.trim()];
    const isKnown =
      typeof value === 'string' || (dialect === 'go' && (typeof value === 'number' || typeof value === 'boolean'));
    if (!isKnown) isUnknown = true;
    return isKnown ? String(value) : '';
  });
  return isUnknown || rendered.includes('{{') ? undefined : rendered;
}

/** `.path.basename` and `index .path.segments 1`: more of Go's language is not evaluated. */
function evaluate(expression: string, values: Parameters['values']): JsonValue | undefined {
  const [, list, index] = /^\(?\s*index\s+(\.[\w.]+)\s+(\d+)\s*\)?$/.exec(expression) ?? [];
  if (list !== undefined) {
    const found = valueAt(list, values);
    return Array.isArray(found) ? found[Number(index)] : undefined;
  }
  return /^\.\w[\w.]*$/.test(expression) ? valueAt(expression, values) : undefined;
}

function valueAt(path: string, values: Parameters['values']): JsonValue | undefined {
  let found: JsonValue | undefined = values;
  for (const name of path.slice(1).split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

export function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
