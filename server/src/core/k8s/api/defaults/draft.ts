import type { JsonValue } from '../../../yaml/json.ts';

/** An object as JSON has it. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** An object that is being filled in. */
export interface Draft {
  [name: string]: DraftValue | undefined;
}

export type DraftValue = string | number | bigint | boolean | null | DraftValue[] | Draft;

/** A copy that may be changed. */
export function draftOf(object: JsonObject): Draft {
  return copyValue(object) as Draft;
}

export function copyValue(value: JsonValue | DraftValue): DraftValue {
  if (Array.isArray(value)) return value.map(copyValue);
  if (value === null || typeof value !== 'object') return value as DraftValue;
  const copy: Draft = {};
  for (const [name, item] of Object.entries(value)) put(copy, name, copyValue(item));
  return copy;
}

/** Sets a field whatever its name: plain assignment to `__proto__` sets none. */
export function put(draft: Draft, name: string, value: DraftValue): void {
  if (name !== '__proto__') draft[name] = value;
  else Object.defineProperty(draft, name, { value, enumerable: true, configurable: true, writable: true });
}

export function isDraft(value: unknown): value is Draft {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The object in a field; an absent one is made. Of a value of another type, one that nothing sees. */
export function openObject(draft: Draft, name: string): Draft {
  const value = draft[name];
  if (isDraft(value)) return value;
  const made: Draft = {};
  if (value === undefined || value === null) draft[name] = made;
  return made;
}

/** The object in a field, if there is one. */
export function objectIn(draft: Draft | undefined, name: string): Draft | undefined {
  const value = draft?.[name];
  return isDraft(value) ? value : undefined;
}

/** The objects of the list in a field. */
export function objectsIn(draft: Draft | undefined, name: string): readonly Draft[] {
  const value = draft?.[name];
  return Array.isArray(value) ? value.filter(isDraft) : [];
}

/** The list in a field; an absent one is made. Of a value of another type, one that nothing sees. */
export function openList(draft: Draft, name: string): DraftValue[] {
  const value = draft[name];
  if (Array.isArray(value)) return value;
  const made: DraftValue[] = [];
  if (value === undefined || value === null) draft[name] = made;
  return made;
}

/** Whether a field is absent, for one where Kubernetes tells an empty value from none (a pointer). */
export function isUnset(draft: Draft, name: string): boolean {
  return draft[name] === undefined || draft[name] === null;
}

/** Whether a field is absent or empty: `""`, 0, false, `[]` and `{}` too. */
export function isEmpty(value: DraftValue | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) === 0;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Fills a field that is absent. */
export function fillUnset(draft: Draft, name: string, value: DraftValue): void {
  if (isUnset(draft, name)) draft[name] = value;
}

/** Fills a field that is absent or empty. */
export function fillEmpty(draft: Draft, name: string, value: DraftValue): void {
  if (isEmpty(draft[name])) draft[name] = value;
}

export function textIn(draft: Draft | undefined, name: string): string | undefined {
  const value = draft?.[name];
  return typeof value === 'string' ? value : undefined;
}
