import type { Origin, OriginNode, Place } from '../origin.ts';
import type { AmendedKustomization } from './deployment.ts';
import { findSource } from './textPieces.ts';

/** An object that was built from an amended kustomization, its places in that text told as the places of what it was made from. */
export function relocateObject(root: OriginNode, amended: AmendedKustomization): OriginNode {
  const node = relocateNode(root, amended);
  if (node.kind === 'sequence') {
    const items = node.items.map((item) => relocateObject(item, amended));
    return items.some((item, index) => item !== node.items[index]) ? { ...node, items } : node;
  }
  if (node.kind === 'scalar') return node;
  const pairs = node.pairs.map((pair) => {
    const key = relocateObject(pair.key, amended);
    const value = relocateObject(pair.value, amended);
    return key === pair.key && value === pair.value ? pair : { ...pair, key, value };
  });
  return pairs.some((pair, index) => pair !== node.pairs[index]) ? { ...node, pairs } : node;
}

/** The same for a place, such as that of a problem of the build. */
export function relocatePlace(place: Place, { path, pieces }: AmendedKustomization): Place {
  if (place.file !== path) return place;
  const found = findSource(pieces, place);
  return found === undefined
    ? { ...place, start: 0, end: 0 }
    : { ...place, file: found.file ?? path, start: found.start, end: found.end };
}

function relocateNode(node: OriginNode, amended: AmendedKustomization): OriginNode {
  const { origin, start, end } = node;
  if (origin === undefined) return node;
  const { by, base } = origin;
  const moved = origin.file === amended.path ? findSource(amended.pieces, { start, end }) : undefined;
  const newBy = by && relocatePlace(by, amended);
  const newBase = base && relocatePlace(base, amended);
  if (moved === undefined && newBy === by && newBase === base) return node;
  const newOrigin: Origin = {
    ...origin,
    ...(newBy && { by: newBy }),
    ...(newBase && { base: newBase }),
    ...(moved && { file: moved.file ?? amended.path, exact: origin.exact && moved.exact }),
  };
  return { ...node, start: moved?.start ?? start, end: moved?.end ?? end, origin: newOrigin };
}
