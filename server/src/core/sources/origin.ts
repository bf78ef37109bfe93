import type { Span } from '../base/span.ts';
import type { YamlMapping, YamlPair, YamlScalar, YamlSequence } from '../yaml/node.ts';

/** A place in one of the files that a unit is built from. */
export interface Place extends Span {
  readonly file: string;
}

/**
 * Where a node comes from that does not stand in the file of the object that it is in. It holds for the node alone: each
 * node inside tells its own.
 */
export interface Origin {
  /** The file that the node's `start` and `end` count in. */
  readonly file: string;
  /**
   * `patched`: written in a patch · `kustomization`: set by a field of a kustomization (namespace, labels, images …) ·
   * `generated`: made by a generator from this text · `rendered`: printed by a chart's template ·
   * `written`: an object's own file, told where a patch stands around it.
   */
  readonly kind: 'written' | 'patched' | 'kustomization' | 'generated' | 'rendered';
  /** The text at `start`–`end` is the whole value; when not, it was put together from it and something else. */
  readonly exact: boolean;
  /** The line of a kustomization that changed the value, where that is elsewhere: namePrefix, images, replacements. */
  readonly by?: Place;
  /** What stood there before; of a rendered value the `define` that an include printed. */
  readonly base?: Place;
}

/** Holds a collection's own list where {@link isPlain}: a symbol, so that nobody walks through a tree twice. */
export const PLAIN = Symbol('plain');

/** Nodes of an object that a tool has made, in the shape of parsed ones: each may tell where it comes from. */
export type OriginNode = OriginScalar | OriginMapping | OriginSequence;

export interface OriginScalar extends YamlScalar {
  readonly origin?: Origin;
}

export interface OriginMapping extends YamlMapping {
  readonly pairs: readonly OriginPair[];
  readonly origin?: Origin;
  readonly [PLAIN]?: readonly OriginPair[] | undefined;
}

export interface OriginPair extends YamlPair {
  readonly key: OriginNode;
  readonly value: OriginNode;
}

export interface OriginSequence extends YamlSequence {
  readonly items: readonly OriginNode[];
  readonly origin?: Origin;
  readonly [PLAIN]?: readonly OriginNode[] | undefined;
}

/**
 * Whether it is known that nothing in a collection has an origin. (A copy with another list brings the note on the old one
 * along, which says nothing then.)
 */
export function isPlain(node: OriginMapping | OriginSequence): boolean {
  const list = node[PLAIN];
  return list !== undefined && list === (node.kind === 'mapping' ? node.pairs : node.items);
}
