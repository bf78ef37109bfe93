import { type Span, touches } from '../base/span.ts';
import { type Edge, edgesTo } from '../cluster/references.ts';
import { edgesAt, type NavigationRequest, placeKey } from './definition.ts';
import { inUnit, objectsAt, unitsFor } from './locate.ts';

export interface Reference {
  readonly file: string;
  readonly span: Span;
  /** `false`: only possible. */
  readonly sure: boolean;
}

/**
 * All places that refer to what stands at an offset, or to what the place at the offset itself refers to; sorted by file
 * and place. Empty where nothing does.
 */
export function findReferences(
  request: NavigationRequest & { readonly includeDeclaration: boolean },
): readonly Reference[] {
  const { includeDeclaration } = request;
  const found = new Map<string, Reference>();
  const add = (end: Edge['from'], sure: boolean) => {
    const key = placeKey(end);
    if (found.get(key)?.sure !== true) found.set(key, { file: end.file, span: end.span, sure });
  };
  for (const { from, to, sure } of edgesToPlace(request)) {
    add(from, sure);
    if (includeDeclaration) add(to, sure);
  }
  return [...found.values()].sort((a, b) =>
    a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1,
  );
}

function edgesToPlace(request: NavigationRequest): readonly Edge[] {
  const { folder, path, offset, view } = request;
  const direct = unitsFor(folder, path, view).flatMap(({ unit }) =>
    objectsAt(unit, path, offset).flatMap((resource) =>
      edgesTo(unit, resource).filter(({ to }) => to.file === path && touches(to.span, offset)),
    ),
  );
  if (direct.length > 0) return direct;
  const targets = new Map(edgesAt(request).map(({ to }) => [placeKey(to), to]));
  return unitsFor(folder, path, view).flatMap(({ unit }) =>
    [...targets].flatMap(([key, target]) => {
      const own = inUnit(unit, target.resource);
      return own === undefined ? [] : edgesTo(unit, own).filter(({ to }) => placeKey(to) === key);
    }),
  );
}
