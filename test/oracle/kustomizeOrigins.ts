import type { KustomizeResult } from '../../server/src/core/sources/kustomize/build.ts';
import type { BuildNode } from '../../server/src/core/sources/kustomize/node.ts';

/** A scalar whose origin claims that its text is the whole value, where that text does not hold it. */
export interface WrongOrigin {
  readonly path: string;
  readonly value: string;
  readonly file: string;
  readonly found: string;
}

/** Checks every scalar of a build against the text that it is said to stand in. */
export function findWrongOrigins(
  { resources }: KustomizeResult,
  read: (file: string) => string | undefined,
): readonly WrongOrigin[] {
  const wrong: WrongOrigin[] = [];
  for (const resource of resources) {
    const visit = (node: BuildNode, path: string): void => {
      if (node.kind === 'sequence') {
        for (const [index, item] of node.items.entries()) visit(item, `${path}/${index}`);
      } else if (node.kind === 'mapping') {
        for (const { key, value } of node.pairs) visit(value, `${path}/${key.text}`);
      } else if (node.origin?.exact !== false) {
        const file = node.origin?.file ?? resource.file;
        const { start, end } = node.aliasOf ?? node;
        const found = read(file)?.slice(start, end) ?? '';
        if (!holds(found, node.text)) wrong.push({ path, value: node.text, file, found });
      }
    };
    visit(resource.root, '');
  }
  return wrong;
}

/** Quotes, escapes, folding and indentation left aside: the letters and digits of both, in their order. */
function holds(written: string, value: string): boolean {
  const core = (text: string) => text.replaceAll(/\\[a-z]|[^\p{L}\p{N}]/gu, '');
  return core(written).includes(core(value));
}
