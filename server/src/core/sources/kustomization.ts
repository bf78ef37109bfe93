import { dirname, joinPath } from '../base/path.ts';
import { type ReadContext, readList } from '../k8s/field.ts';
import { findValue, type YamlNode } from '../yaml/node.ts';
import { isRemoteEntry } from './kustomize/load.ts';

/** Which other kustomizations a `kustomization.yaml` includes. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  /** A part for others (`kind: Component`), nothing that is applied by itself. */
  readonly isComponent: boolean;
  /** The paths of `resources`, `bases` and `components` within reach. */
  readonly includes: readonly string[];
  /** Every other path that stands in it, and some texts that are none: patches, inputs of generators. */
  readonly mentions: readonly string[];
}

/** The names that kustomize takes for a kustomization, in the order in which it looks. */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Whether kustomize takes a file of this name for a kustomization. */
export function isKustomizationFile(name: string): boolean {
  return KUSTOMIZATION_FILES.some((known) => known === name);
}

/** Reads what a kustomization includes. Relative paths are resolved against its folder. */
export function readKustomization(file: string, root: YamlNode, context: ReadContext): Kustomization {
  const folder = dirname(file);
  const includes = ['resources', 'bases', 'components'].flatMap((key) => {
    const items = readList(findValue(root, key), context)?.items ?? [];
    return items.flatMap((item) => {
      const path = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : '';
      return path === '' || isRemoteEntry(path) ? [] : [joinPath(folder, path)];
    });
  });
  const kind = findValue(root, 'kind');
  const mentions = [...textsIn(root, 0)].map((text) => joinPath(folder, text.replace(/^[\w.-]+=/, '')));
  return { file, folder, isComponent: kind?.kind === 'scalar' && kind.value === 'Component', includes, mentions };
}

const MAX_DEPTH = 4;

/** Texts that may be paths of files. */
function* textsIn(node: YamlNode, depth: number): Iterable<string> {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string' && /^[^\n]{1,255}\.\w+$/.test(node.value)) yield node.value;
    return;
  }
  if (depth > MAX_DEPTH) return;
  const inner = node.kind === 'sequence' ? node.items : node.pairs.map(({ value }) => value);
  for (const each of inner) yield* textsIn(each, depth + 1);
}
