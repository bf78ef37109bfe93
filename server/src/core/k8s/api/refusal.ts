import type { Span } from '../../base/span.ts';

/** Why the API server refuses a field, in its own words (`metav1.CauseType`), and two reasons that it gives no causes for. */
export type RefusalReason =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueNotSupported'
  | 'FieldValueNotFound'
  | 'FieldValueTooMany'
  | 'FieldValueTooLong'
  /** An unknown field, which strict field validation refuses. */
  | 'Strict'
  /** A value of another type than the field's: the object cannot be decoded. */
  | 'Type'
  /** No built-in kind of this apiVersion. */
  | 'Kind';

/** Something in a manifest for which the API server refuses the whole object. */
export interface Refusal extends Span {
  /** The field as the API server names it: `spec.ports[0].targetPort`, `metadata.labels`, `data[a/b]`. */
  readonly field: string;
  readonly reason: RefusalReason;
  /** A sentence for people, with the values in backticks and without a final full stop. */
  readonly message: string;
  /** The text of the scalar at fault; empty where a key has no value. */
  readonly text?: string;
  /** Of an unknown field: the path of the one that was meant, where there is a single candidate. */
  readonly meant?: string;
}
