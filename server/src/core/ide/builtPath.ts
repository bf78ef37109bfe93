import { type Span, touches } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import { findPair, type YamlNode } from '../yaml/node.ts';
import type { PathStep } from '../yaml/path.ts';

/** A built object with its tree, whose spans may be addresses. */
export interface Built {
  readonly root: YamlNode;
  readonly resource: Resource;
  readonly unit: Unit;
}

interface Target {
  readonly path: string;
  readonly offset: number;
}

/** The way from a built object's root to what was written at a place, be that in its own file or in a patch. */
export function findBuiltPath(built: Built, target: Target): readonly PathStep[] | undefined {
  return findIn(built.root, built, target);
}

/**
 * The way through a built object that has the names of a way through what was written: to a value that a patch replaced.
 * `undefined` where what was written does not come out of the build.
 */
export function followBuiltPath(
  root: YamlNode,
  resource: Resource,
  written: { readonly resource: Resource; readonly steps: readonly PathStep[] } | undefined,
): readonly PathStep[] | undefined {
  if (written === undefined || written.resource.file !== resource.file || written.resource.start !== resource.start)
    return undefined;
  const steps: PathStep[] = [];
  let node: YamlNode | undefined = root;
  for (const step of written.steps) {
    const next: PathStep | undefined = node === undefined ? undefined : followStep(node, step);
    if (next === undefined) return undefined;
    steps.push(next);
    node = next.kind === 'item' ? next.item : next.pair.value;
  }
  return steps;
}

function followStep(node: YamlNode, step: PathStep): PathStep | undefined {
  if (step.kind === 'item') {
    if (node.kind !== 'sequence') return undefined;
    const index = node.items.findIndex(({ start }) => start === step.item.start);
    const item = node.items[index];
    return item === undefined ? undefined : { kind: 'item', sequence: node, item, index };
  }
  const pair = node.kind === 'mapping' && step.pair.name !== undefined ? findPair(node, step.pair.name) : undefined;
  return node.kind !== 'mapping' || pair === undefined ? undefined : { kind: step.kind, mapping: node, pair };
}

function findIn(node: YamlNode, built: Built, target: Target): readonly PathStep[] | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const inner = findIn(item, built, target);
      if (inner !== undefined || isAt(item, built, target))
        return [{ kind: 'item', sequence: node, item, index }, ...(inner ?? [])];
    }
    return undefined;
  }
  for (const pair of node.pairs) {
    const inner = findIn(pair.value, built, target);
    if (inner !== undefined || (pair.value.kind === 'scalar' && isAt(pair.value, built, target)))
      return [{ kind: 'value', mapping: node, pair }, ...(inner ?? [])];
    if (isAt(pair.key, built, target)) return [{ kind: 'key', mapping: node, pair }];
  }
  return undefined;
}

function isAt(span: Span, { resource, unit }: Built, { path, offset }: Target): boolean {
  const place = unit.siblings.files.resolve(resource.file, span);
  return place.file === path && touches(place, offset);
}
