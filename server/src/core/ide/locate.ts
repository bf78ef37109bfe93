import { touches } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import type { YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { findPath, type PathStep } from '../yaml/path.ts';

export interface PlaceRequest {
  readonly folder: WorkspaceFolder;
  /** The file's text, as the folder has it. */
  readonly text: string;
  readonly path: string;
  readonly offset: number;
}

/** An object of a file and the way from its root to an offset. */
export interface Location {
  /** As the file says it, before any kustomization. */
  readonly resource: Resource;
  readonly root: YamlNode | undefined;
  readonly steps: readonly PathStep[];
}

/** The object at an offset and the way to it; `undefined` outside of objects, and where the index knows another text. */
export function locate({ folder, text, path, offset }: PlaceRequest): Location | undefined {
  const resource = findResource(folder, path, offset);
  if (resource === undefined || !text.slice(resource.kindSpan.start, resource.kindSpan.end).includes(resource.kind))
    return undefined;
  const line = lineAt(text, offset);
  const { documents } = parseYaml(text, {
    helm: folder.chartOf(path) !== undefined,
    wanted: (document) => document.includes(line),
  });
  const document = documents.find((candidate) => touches(candidate, offset) && isInDocument(candidate, resource));
  if (document === undefined) return undefined;
  const steps = findPath(document.root, offset);
  const [list, item] = steps;
  const isItem =
    list?.kind === 'value' && list.pair.name === 'items' && item?.kind === 'item' && item.item.start === resource.start;
  return isItem ? { resource, root: item.item, steps: steps.slice(2) } : { resource, root: document.root, steps };
}

/** The object whose text an offset lies in; where two touch, the later one. */
export function findResource(folder: WorkspaceFolder, path: string, offset: number): Resource | undefined {
  return folder.files.get(path)?.resources.findLast((resource) => touches(resource, offset));
}

function isInDocument(document: { start: number; end: number }, { start, end }: Resource): boolean {
  return document.start <= start && end <= document.end;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? text.length : end);
}
