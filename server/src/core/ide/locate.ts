import { touches } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import type { YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { findPath, type PathStep } from '../yaml/path.ts';
import { findBuiltPath, followBuiltPath } from './builtPath.ts';

export interface PlaceRequest {
  readonly folder: WorkspaceFolder;
  /** The file's text, as the folder has it. */
  readonly text: string;
  readonly path: string;
  readonly offset: number;
}

/** An object of a file and the way from its root to an offset. */
export interface Location {
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

/**
 * The units of a file; a chart's file of which Helm has rendered nothing counts as part of an open one. `view` is the id of the
 * one unit to speak of, where the file is part of it.
 */
export function unitsFor(
  folder: WorkspaceFolder,
  path: string,
  view?: string,
): readonly { readonly unit: Unit; readonly isChart: boolean }[] {
  const chart = folder.chartOf(path);
  const units = folder.unitsOf(path);
  if (chart === undefined || units.some((unit) => unit.writtenIn(path).length > 0)) {
    const chosen = view === undefined ? undefined : units.find(({ id }) => id === view);
    return (chosen === undefined ? units : [chosen]).map((unit) => ({ unit, isChart: false }));
  }
  const index = new ResourceIndex();
  for (const file of folder.files.values()) {
    if (folder.chartOf(file.path) === chart) for (const resource of file.resources) index.add(resource);
  }
  const unit: Unit = {
    id: `chart:${chart}`,
    kind: 'chart',
    label: chart,
    folder: chart,
    index,
    others: [],
    isTestInput: false,
    open: 'the chart is not rendered',
    notes: [],
    siblings: folder.siblings,
    writtenIn: (file) => index.inFile(file),
    rootOf: () => undefined,
  };
  return [{ unit, isChart: true }];
}

/** The unit's version of a resource, as a kustomization leaves it. */
export function inUnit(unit: Unit, resource: Resource): Resource | undefined {
  return unit.index.inFile(resource.file).find(({ start, kind }) => start === resource.start && kind === resource.kind);
}

/** The objects of a unit of which something may be written at a place. */
export function objectsAt(unit: Unit, path: string, offset: number): readonly Resource[] {
  return unit.writtenIn(path).filter((resource) => resource.file !== path || touches(resource, offset));
}

/**
 * What stands at a place in one unit: for a built object the way through what was built, where patches may have moved it.
 * `written` is what the place's own text says.
 */
export function locateInUnit(unit: Unit, request: PlaceRequest, written: Location | undefined): Location | undefined {
  for (const resource of objectsAt(unit, request.path, request.offset)) {
    const root = unit.rootOf(resource);
    if (root === undefined) {
      if (written !== undefined && inUnit(unit, written.resource) === resource) return { ...written, resource };
      continue;
    }
    const steps = findBuiltPath({ root, resource, unit }, request) ?? followBuiltPath(root, resource, written);
    if (steps !== undefined && steps.length > 0) return { resource, root, steps };
  }
  return undefined;
}

function isInDocument(document: { start: number; end: number }, { start, end }: Resource): boolean {
  return document.start <= start && end <= document.end;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? text.length : end);
}
