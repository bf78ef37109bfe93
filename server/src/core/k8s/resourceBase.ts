import type { Span } from '../base/span.ts';
import type { Refusal } from './api/refusal.ts';
import type { Fault, Field } from './field.ts';
import type { LabelSet } from './labels.ts';

/** What every object has. */
export interface ResourceBase extends Span {
  readonly file: string;
  /** As written, `apps/v1`. */
  readonly apiVersion: string;
  /** `apps` of `apps/v1`, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly kindSpan: Span;
  readonly name: Field<string>;
  /** Whether the object asks for a generated name. */
  readonly generateName: boolean;
  /** What the manifest says; absent means *unspecified*, not `default`: `kubectl -n`, kustomize or Argo CD may set it. */
  readonly namespace: Field<string>;
  /** Those of a Namespace or Service; nothing here asks for those of other objects. */
  readonly labels: LabelSet | undefined;
  /** Only the annotations that something here reads. */
  readonly annotations: LabelSet | undefined;
  /**
   * Nothing definite may be said about its contents: a patch or template shapes it, or its document could not be read
   * to the end.
   */
  readonly opaque: boolean;
  readonly faults: readonly Fault[];
  /** What the API server refuses in it; absent where nobody looked, as for what is opaque. */
  readonly refusals?: readonly Refusal[] | undefined;
}

/** `Deployment/web`, for messages; `Deployment` where the name is not decided. */
export function describeResource(resource: ResourceBase): string {
  return resource.name?.value === undefined ? resource.kind : `${resource.kind}/${resource.name.value}`;
}

/** The place that stands for the whole object: its name, else its kind. */
export function headSpan(resource: ResourceBase): Span {
  return resource.name ?? resource.kindSpan;
}
