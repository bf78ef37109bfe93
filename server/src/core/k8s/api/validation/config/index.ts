import type { Validator } from '../../place.ts';

/** What the API server demands of configuration, storage, scaling and access beyond types and metadata, by apiVersion and kind. */
export const CONFIG_VALIDATORS: ReadonlyMap<string, Validator> = new Map();
