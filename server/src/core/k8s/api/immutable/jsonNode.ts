import type { YamlNode } from '../../../yaml/node.ts';
import { type DraftValue, isDraft } from '../defaults/draft.ts';

/** A JSON value as the nodes that validators read; they point nowhere, and no text in it counts as a template. */
export function nodeOfJson(value: DraftValue | undefined): YamlNode {
  if (Array.isArray(value)) return { kind: 'sequence', flow: true, items: value.map(nodeOfJson), ...NOWHERE };
  if (isDraft(value)) {
    const pairs = Object.entries(value).flatMap(([name, item]) =>
      item === undefined ? [] : [{ name, key: nodeOfJson(name), value: nodeOfJson(item), merge: false }],
    );
    return { kind: 'mapping', flow: true, pairs, ...NOWHERE };
  }
  return { kind: 'scalar', value: value ?? null, text: String(value ?? ''), style: 'double', ...NOWHERE };
}

const NOWHERE = { start: 0, end: 0 };
