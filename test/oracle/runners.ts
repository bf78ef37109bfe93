import { run as apiDefaults } from './api-defaults.ts';
import { run as apiValidation } from './api-validation.ts';
import { run as findPort } from './find-port.ts';
import { run as immutableFields } from './immutable-fields.ts';
import { run as labelSelectors } from './label-selectors.ts';
import { run as labelsValidity } from './labels-validity.ts';
import { run as networkPolicy } from './network-policy.ts';
import type { RunVector, Vector, Verdict } from './vector.ts';
import { run as yamlDocuments } from './yaml-documents.ts';
import { run as yamlScalars } from './yaml-scalars.ts';

/** What compares the vectors of each file (named without `.jsonl`) with our own answers. */
export const RUNNERS: ReadonlyMap<string, RunVector> = new Map<string, RunVector>([
  ['api-validation', apiValidation],
  ['api-defaults', apiDefaults],
  ['immutable-fields', immutableFields],
  ['label-selectors', labelSelectors],
  ['find-port', findPort],
  ['labels-validity', labelsValidity],
  ['network-policy', networkPolicy],
  ['network-policy-disputed', networkPolicy],
  ['yaml-documents', yamlDocuments],
  ['yaml-scalars', yamlScalars],
]);

export interface Tally {
  readonly agree: number;
  readonly differ: number;
  readonly unknown: number;
  /** Every vector that differs or is unknown, in the order of the file. */
  readonly rest: readonly { readonly id: string; readonly verdict: Verdict }[];
}

/** Runs every line of a file of vectors; an exception of ours counts as a difference. */
export function runVectors(text: string, run: RunVector): Tally {
  const count = { agree: 0, differ: 0, unknown: 0 };
  const rest: { readonly id: string; readonly verdict: Verdict }[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const vector = JSON.parse(line) as Vector;
    const verdict = runOne(vector, run);
    count[verdict.status] += 1;
    if (verdict.status !== 'agree') rest.push({ id: vector.id, verdict });
  }
  return { ...count, rest };
}

function runOne(vector: Vector, run: RunVector): Verdict {
  try {
    return run(vector);
  } catch (error) {
    return { status: 'differ', detail: `threw ${error instanceof Error ? error.stack : String(error)}` };
  }
}
