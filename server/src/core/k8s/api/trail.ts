import type { StructShape } from './shapes.ts';

/** Where a walk through an object is. Paths are written only for what is reported. */
export interface Trail {
  readonly parent: Trail | undefined;
  /** A field, the key of a map, or the index of an item. */
  readonly name: string | number;
  /** The name is the key of a map. */
  readonly isKey?: true;
  /** The type that the field belongs to. */
  readonly shape?: StructShape;
}

/**
 * `spec.ports[0].name`. The API server writes keys of maps as `data.key` where it decodes strictly, and as `data[key]` where
 * it speaks of the meaning.
 */
export function pathOf(trail: Trail | undefined, style: 'strict' | 'meaning'): string {
  if (trail === undefined) return '';
  const above = pathOf(trail.parent, style);
  if (typeof trail.name === 'number') return `${above}[${trail.name}]`;
  if (trail.isKey && style === 'meaning') return `${above}[${trail.name}]`;
  return above === '' ? trail.name : `${above}.${trail.name}`;
}
