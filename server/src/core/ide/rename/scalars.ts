import { findValue, type YamlNode, type YamlScalar } from '../../yaml/node.ts';

/** A scalar of an object, and where it stands. */
export interface Value {
  readonly node: YamlScalar;
  /** What the value is called: its key, or the `name` beside it. */
  readonly name: string;
  /** The keys above it and its own, each after a dot; items add nothing. */
  readonly path: string;
  /** The namespace that is written beside it. */
  readonly namespace: string | undefined;
}

/** All scalars below a node, those behind aliases left out. */
export function* scalarsIn(root: YamlNode): Iterable<Value> {
  const pending: { node: YamlNode; path: string; name: string; namespace: string | undefined }[] = [
    { node: root, path: '', name: '', namespace: undefined },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, path, name, namespace } = next;
    if (node.aliasOf !== undefined) continue;
    if (node.kind === 'scalar') yield { node, name, path, namespace };
    else if (node.kind === 'sequence') for (const item of node.items) pending.push({ ...next, node: item });
    else {
      const beside = findValue(node, 'name');
      const where = findValue(node, 'namespace');
      for (const pair of node.pairs) {
        const key = pair.name ?? '';
        pending.push({
          node: pair.value,
          path: `${path}.${key}`,
          name: key === 'value' && beside?.kind === 'scalar' ? beside.text : key,
          namespace: where?.kind === 'scalar' ? where.text : undefined,
        });
      }
    }
  }
}
