import { formatQuantity, readQuantity, roundQuantityUp } from '../../quantity.ts';
import { type Draft, put } from './draft.ts';

/** Rounds the amounts of a list up to thousandths. Source: kubernetes pkg/apis/core/v1, `SetDefaults_ResourceList`. */
export function roundResources(list: Draft | undefined): void {
  for (const [name, value] of Object.entries(list ?? {})) {
    const quantity = readQuantity(value);
    if (list && quantity) put(list, name, formatQuantity(roundQuantityUp(quantity, -3)));
  }
}

/** Adds to `to` what only `from` has. */
export function fillResources(to: Draft, from: Draft | undefined): void {
  for (const [name, value] of Object.entries(from ?? {})) {
    if (!Object.hasOwn(to, name) && value !== undefined) put(to, name, value);
  }
}
