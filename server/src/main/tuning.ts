import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 wait longer before it compiles a function for speed. By default it compiles many several times, as it meets new shapes
 * of objects: of the processor time for 10,000 documents a third went there, for code that had no time left to pay it back.
 */
export function tuneEngine(): void {
  setFlagsFromString('--interrupt-budget=400000');
}
