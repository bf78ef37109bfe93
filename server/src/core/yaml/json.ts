import { effectivePairs, type YamlNode } from './node.ts';

export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * A node as the JSON that Kubernetes receives, large integers as `bigint`. Keys without a JSON
 * form are left out, placeholders are text. After
 * `maxNodes` values (aliases followed) the rest is `null`.
 */
export function toJson(node: YamlNode | undefined, options: { readonly maxNodes?: number } = {}): JsonValue {
  return convert(node, { left: options.maxNodes ?? 100_000 });
}

function convert(node: YamlNode | undefined, budget: { left: number }): JsonValue {
  if (node === undefined || budget.left-- <= 0) return null;
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.slice(0, budget.left + 1).map((item) => convert(item, budget));
    case 'mapping': {
      const object: Record<string, JsonValue> = Object.create(null);
      for (const { name, key, value } of effectivePairs(node)) {
        if (budget.left <= 0) break;
        const text = name ?? (key.kind === 'scalar' && key.unknown === 'template' ? key.text : undefined);
        if (text !== undefined) object[text] = convert(value, budget);
      }
      return { ...object };
    }
  }
}
