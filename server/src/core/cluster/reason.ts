import type { Span } from '../base/span.ts';
import { headSpan, type ResourceBase } from '../k8s/resourceBase.ts';

/** Why something is as it is predicted, as a sentence without full stop, with the place that says so. */
export interface Reason extends Span {
  readonly text: string;
  readonly file: string;
}

/** Why a part of a prediction is not decided by the manifests. */
export interface Doubt extends Reason {
  readonly about: 'existence' | 'count' | 'hostname' | 'port' | 'hints' | 'more';
}

/** A reason that points at an object's name. */
export function reasonAt(resource: ResourceBase, text: string): Reason {
  const { start, end } = headSpan(resource);
  return { text, file: resource.file, start, end };
}
