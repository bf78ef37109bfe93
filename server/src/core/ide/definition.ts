import { type Span, touches } from '../base/span.ts';
import { type Edge, type EdgeEnd, edgesFrom } from '../cluster/references.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { objectsAt, unitsFor } from './locate.ts';

export interface NavigationRequest {
  readonly folder: WorkspaceFolder;
  readonly path: string;
  readonly offset: number;
  /** The id of the one unit to look in, where the file is part of it. */
  readonly view?: string | undefined;
}

export interface Definition {
  /** What refers: the text to underline. */
  readonly origin: Span;
  readonly file: string;
  readonly span: Span;
  /** `false`: only possible. */
  readonly sure: boolean;
}

/**
 * What the selector pair, port or name at an offset refers to, in every unit of the file, the certain ones first; empty
 * where it refers to nothing here.
 */
export function findDefinitions(request: NavigationRequest): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const { from, to, sure } of edgesAt(request)) {
    const key = placeKey(to);
    if (found.get(key)?.sure !== true) found.set(key, { origin: from.span, file: to.file, span: to.span, sure });
  }
  return [...found.values()].sort((a, b) => Number(b.sure) - Number(a.sure));
}

/** The edges that start at an offset, of all units of the file. */
export function edgesAt({ folder, path, offset, view }: NavigationRequest): readonly Edge[] {
  return unitsFor(folder, path, view).flatMap(({ unit }) =>
    objectsAt(unit, path, offset).flatMap((resource) =>
      edgesFrom(unit, resource).filter(({ from }) => from.file === path && touches(from.span, offset)),
    ),
  );
}

/** Equal for equal places. */
export function placeKey({ file, span }: EdgeEnd): string {
  return `${file}:${span.start}:${span.end}`;
}
