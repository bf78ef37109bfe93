import type { Span } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import type { ReachabilityObject, ReachabilityPlace } from './reachabilityData.ts';

/** Numbers the files of a unit in which places lie. */
export interface Placer {
  readonly files: readonly string[];
  /** Where a person wrote a span of an object in `file`. */
  readonly place: (file: string, span: Span) => ReachabilityPlace;
  readonly object: (resource: Resource) => ReachabilityObject;
}

export function createPlacer({ siblings }: Unit): Placer {
  const files: string[] = [];
  const numbers = new Map<string, number>();
  const place = (file: string, span: Span): ReachabilityPlace => {
    const { file: written, start, end } = siblings.files.resolve(file, span);
    const known = numbers.get(written) ?? files.push(written) - 1;
    numbers.set(written, known);
    return { file: known, start, end };
  };
  return {
    files,
    place,
    object: (resource) => ({
      kind: resource.kind,
      name: resource.name?.value ?? '(no name)',
      ...(resource.namespace?.value === undefined ? {} : { namespace: resource.namespace.value }),
      place: place(resource.file, headSpan(resource)),
    }),
  };
}
