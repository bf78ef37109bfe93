import { type Draft, type DraftValue, isDraft, isEmpty, objectIn } from '../defaults/draft.ts';
import type { RefusalReason } from '../refusal.ts';

/** A change of an object for which the API server refuses an update. */
export interface UpdateRefusal {
  /** The field as the API server names it: `spec.selector`. */
  readonly field: string;
  readonly reason: RefusalReason;
  /** A sentence for people, without a final full stop. */
  readonly message: string;
  /** False where it depends on what the cluster holds: whether a claim is bound. */
  readonly isCertain: boolean;
}

export type ReportUpdate = (refusal: UpdateRefusal) => void;

/** Compares the object in the cluster with what would take its place, both as stored. */
export type UpdateValidator = (live: Draft, next: Draft, report: ReportUpdate) => void;

export function refuseChange(
  report: ReportUpdate,
  field: string,
  message: string,
  reason: RefusalReason = 'FieldValueInvalid',
): void {
  report({ field, reason, message, isCertain: true });
}

/** Refuses any change of a field below `spec`, or of one at the top where `path` has one name. */
export function keepField(path: readonly string[], reason: RefusalReason = 'FieldValueInvalid'): UpdateValidator {
  return (live, next, report) => {
    if (isEqual(valueAt(live, path), valueAt(next, path))) return;
    const field = path.join('.');
    refuseChange(report, field, `\`${field}\` may not change once the object exists`, reason);
  };
}

/** Equal as the API server compares: empty lists and objects are like none at all. */
export function isEqual(a: DraftValue | undefined, b: DraftValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (isDraft(a) && isDraft(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => isEqual(a[name], b[name]));
  }
  return a === b || (isNone(a) && isNone(b));
}

/** An empty object is something: a pointer to it differs from none. */
function isNone(value: DraftValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export function valueAt(object: Draft, path: readonly string[]): DraftValue | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  return rest.length === 0 ? object[name] : valueAt(objectIn(object, name) ?? {}, rest);
}

/** Whether a flag is set, for one that counts only when it is true. */
export function isOn(object: Draft, name: string): boolean {
  return !isEmpty(object[name]);
}

/** A copy of an object without some of its fields. */
export function without(object: Draft, names: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
