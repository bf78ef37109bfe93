import type { AnyRule } from './rule.ts';

/** Every rule, sorted by id. */
export const allRules: readonly AnyRule[] = [];
