import { FileTable } from '../base/fileTable.ts';
import type { Origin } from '../sources/origin.ts';
import type { Unit } from '../sources/unit.ts';
import type { YamlNode } from '../yaml/node.ts';
import { printYaml } from '../yaml/print.ts';

/** An object as a tool has built it: a tree whose nodes may tell where they come from (`OriginNode`). */
export interface BuiltTree {
  /** The file that positions without an origin count in. */
  readonly file: string;
  readonly root: YamlNode;
}

/** Where a value was written, and what wrote it. */
export interface WrittenPlace {
  readonly file: string;
  readonly offset: number;
  readonly kind: Origin['kind'];
}

export interface ShowOptions {
  /** Resolves positions that are addresses; an empty one where none is. */
  readonly files?: FileTable;
  /** A place in words (`base/web.yaml:7`): asked for where comments are to tell what comes from where. */
  readonly showPlace?: (file: string, offset: number) => string;
}

/** The objects of a unit in the order in which they would be applied. */
export function treesOf(unit: Unit): readonly BuiltTree[] {
  const trees = new Map<YamlNode, BuiltTree>();
  for (const resource of unit.index.all) {
    const root = unit.rootOf(resource);
    if (root !== undefined) trees.set(root, { file: resource.file, root });
  }
  return [...trees.values()];
}

/**
 * Objects as a YAML stream. With `showPlace`, a comment above each object names its file, and one behind each value that was
 * written elsewhere, or was changed, names the line that did it: `# overlays/prod/patch.yaml:7 (patched)`.
 */
export function showTrees(trees: readonly BuiltTree[], options: ShowOptions = {}): string {
  const { files = new FileTable(), showPlace } = options;
  if (showPlace === undefined) return trees.map(({ root }) => printYaml(root)).join('---\n');
  return trees
    .map(({ file, root }) => {
      const { file: own, offset } = placeOf(root, file, files);
      const text = printYaml(root, (node) => {
        const place = findElsewhere(node, file, files);
        return place && `${showPlace(place.file, place.offset)}${REMARKS[place.kind]}`;
      });
      return `# ${showPlace(own, offset)}\n${text}`;
    })
    .join('---\n');
}

/** Where a value of an object in `file` was written or changed; `undefined` where it stands in the object's own text as it is. */
export function findElsewhere(node: YamlNode, file: string, files: FileTable): WrittenPlace | undefined {
  const origin = originOf(node);
  if (origin === undefined || (origin.file === file && origin.exact)) return undefined;
  return placeOf(node, file, files);
}

const REMARKS: Readonly<Record<Origin['kind'], string>> = {
  written: '',
  patched: ' (patched)',
  kustomization: '',
  generated: ' (generated)',
  rendered: ' (rendered)',
};

/** Where a node of an object in `file` was written. */
export function placeOf(node: YamlNode, file: string, files: FileTable): WrittenPlace {
  const origin = originOf(node);
  const kind = origin?.kind ?? 'written';
  if (origin?.by !== undefined) return { file: origin.by.file, offset: origin.by.start, kind };
  const { file: own, start } = files.resolve(origin?.file ?? file, node);
  return { file: own, offset: start, kind };
}

function originOf(node: YamlNode): Origin | undefined {
  return (node as { readonly origin?: Origin }).origin;
}
