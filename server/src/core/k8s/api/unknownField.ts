import { findNearest } from '../../base/editDistance.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { Shape, StructShape } from './shapes.ts';
import { pathOf, type Trail } from './trail.ts';

/** The known field of nearly the same letters. */
export function nearestField(name: string, shape: StructShape): string | undefined {
  const known = [...shape.fields.keys()];
  const sameLetters = known.find((candidate) => lettersOf(candidate) === lettersOf(name));
  return sameLetters ?? findNearest(name, known, (candidate) => candidate);
}

/**
 * "`spec.selector` has no field `app`", and where it may belong: a name of nearly the same letters, labels that must stand in
 * `matchLabels`, a field of what stands around it (wrong indentation), or of what it holds.
 */
export function unknownFieldMessage(trail: Trail, value: YamlNode, shape: StructShape): string {
  const name = String(trail.name);
  const where =
    trail.parent === undefined ? `a ${shape.name.replace(/^.*\./, '')}` : `\`${pathOf(trail.parent, 'meaning')}\``;
  const hint = hintFor(name, trail, value, shape);
  return `${where} has no field \`${name}\`${hint === undefined ? '' : `; ${hint}`}`;
}

function hintFor(name: string, trail: Trail, value: YamlNode, shape: StructShape): string | undefined {
  const nearest = nearestField(name, shape);
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  if (shape.name === 'LabelSelector' && value.kind === 'scalar') return 'labels stand in `matchLabels`';
  const above = ancestorWith(name, trail.parent);
  if (above !== undefined) return `it is a field of ${above}`;
  const below = descendantWith(name, shape, '', MOST_STEPS_DOWN);
  return below === undefined ? undefined : `it is a field of \`${below}\``;
}

/** `containers` of a Deployment's `spec` stand two steps below it. */
const MOST_STEPS_DOWN = 2;

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function ancestorWith(name: string, from: Trail | undefined): string | undefined {
  for (let trail = from; trail !== undefined; trail = trail.parent) {
    if (!trail.shape?.fields.has(name)) continue;
    return trail.parent === undefined ? 'the object itself' : `\`${pathOf(trail.parent, 'meaning')}\``;
  }
  return undefined;
}

function descendantWith(name: string, shape: StructShape, path: string, steps: number): string | undefined {
  if (steps === 0) return undefined;
  const below = [...shape.fields].flatMap(([field, value]) => {
    const struct = field === 'status' || field === 'metadata' ? undefined : structIn(value);
    return struct === undefined ? [] : [{ path: path === '' ? field : `${path}.${field}`, struct }];
  });
  const direct = below.find(({ struct }) => struct.fields.has(name));
  if (direct !== undefined) return direct.path;
  for (const { path: next, struct } of below) {
    const found = descendantWith(name, struct, next, steps - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function structIn(shape: Shape): StructShape | undefined {
  if (shape.kind === 'list') return structIn(shape.items);
  return shape.kind === 'struct' ? shape : undefined;
}
