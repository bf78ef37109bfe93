import type { Validator } from '../../place.ts';

/** What the API server demands of the networking kinds beyond types and metadata, by apiVersion and kind. */
export const KIND_VALIDATORS: ReadonlyMap<string, Validator> = new Map();
