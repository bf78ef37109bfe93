import type { Span } from '../../base/span.ts';
import type { TextState, ValueState } from './printGraph.ts';
import { type Inner, type Reach, stops, textLength, type Window } from './reach.ts';

/** Which state of a template printed which part of a text. */
export interface Trace {
  readonly reach: Reach;
  /** One way to print the text: its steps in order, those that print nothing left out. */
  readonly steps: readonly Step[];
  /** For each character: the number of the step that printed it, if every way to print the text has it print the same there; else -1. */
  readonly sure: Int32Array;
}

export type Step = TextStep | ValueStep;

export interface TextStep extends Span {
  readonly state: TextState;
  /** Where the printed part begins in the template. */
  readonly from: number;
}

export interface ValueStep extends Span {
  readonly state: ValueState;
  readonly inner: Inner | undefined;
}

/** Finds out who printed the text up to `end`, one of the reach's ends. */
export function traceText(reach: Reach, end: number): Trace | undefined {
  const alive = findAlive(reach, end);
  const steps = findPath(reach, alive, end);
  return steps && { reach, steps, sure: findSure(reach, alive, steps, end) };
}

interface Alive {
  /** For each offset the states from which the end can be reached. */
  readonly states: readonly (ReadonlySet<number> | undefined)[];
  /** For each value the offsets at which it can end, falling. */
  readonly ends: ReadonlyMap<number, readonly number[]>;
}

function findAlive(reach: Reach, end: number): Alive {
  const valuesBefore = new Map<number, number[]>();
  for (const [index, state] of reach.graph.states.entries()) {
    if (state.kind !== 'value') continue;
    const list = valuesBefore.get(state.next);
    if (list === undefined) valuesBefore.set(state.next, [index]);
    else list.push(index);
  }
  const states: (Set<number> | undefined)[] = new Array(end + 1);
  const ends = new Map<number, number[]>();
  const alive: Alive = { states, ends };
  for (let offset = end; offset >= 0; offset--) {
    const reached = reach.states[offset];
    if (reached === undefined) continue;
    const here = new Set<number>();
    states[offset] = here;
    for (let before = -1; before !== here.size; ) {
      before = here.size;
      for (const index of [...reached].reverse()) {
        if (here.has(index) || !isAlive(reach, alive, index, offset, end)) continue;
        here.add(index);
        for (const value of valuesBefore.get(index) ?? []) {
          const list = ends.get(value);
          if (list === undefined) ends.set(value, [offset]);
          else if (list.at(-1) !== offset) list.push(offset);
        }
      }
    }
  }
  return alive;
}

function isAlive(reach: Reach, alive: Alive, index: number, offset: number, end: number): boolean {
  const state = reach.graph.states[index];
  switch (state?.kind) {
    case 'stop':
      return offset === end && stops(reach, index, offset);
    case 'fork':
      return state.next.some((next) => alive.states[offset]?.has(next));
    case 'text': {
      const length = textLength(reach, state, offset);
      return length !== undefined && (alive.states[offset + length]?.has(state.next) ?? false);
    }
    case 'value': {
      const window = reach.windowOf(index, offset);
      return window !== undefined && firstEnd(window, alive.ends.get(index)) !== undefined;
    }
    default:
      return false;
  }
}

/** The first end within a window; `ends` fall. */
function firstEnd(window: Window, ends: readonly number[] = []): number | undefined {
  for (let at = countAbove(ends, window.low - 1) - 1; at >= 0; at--) {
    const end = ends[at] ?? 0;
    if (end > window.high) return undefined;
    if (window.allowed?.has(end) !== false) return end;
  }
  return undefined;
}

function lastEnd(window: Window, ends: readonly number[] = []): number | undefined {
  for (let at = countAbove(ends, window.high); at < ends.length; at++) {
    const end = ends[at] ?? 0;
    if (end < window.low) return undefined;
    if (window.allowed?.has(end) !== false) return end;
  }
  return undefined;
}

function endsWithin({ low, high, allowed }: Window, ends: readonly number[] = []): readonly number[] {
  const within = ends.slice(countAbove(ends, high), countAbove(ends, low - 1));
  return allowed === undefined ? within : within.filter((end) => allowed.has(end));
}

/** How many of falling numbers are above another. */
function countAbove(falling: readonly number[], limit: number): number {
  let low = 0;
  let high = falling.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] ?? 0) > limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Goes from the beginning to the end, as early in each fork and as short in each value as can be. */
function findPath(reach: Reach, alive: Alive, end: number): readonly Step[] | undefined {
  const { graph } = reach;
  const seen = new Set<number>();
  const stack: { readonly index: number; readonly offset: number; readonly steps: StepList | undefined }[] = [];
  const push = (index: number, offset: number, steps: StepList | undefined) => {
    const key = index * (end + 1) + offset;
    if (seen.has(key) || !alive.states[offset]?.has(index)) return;
    stack.push({ index, offset, steps });
  };
  const starts = [...(reach.states[0] ?? [])].filter((index) => graph.starts.includes(index));
  for (const index of starts.reverse()) push(index, 0, undefined);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { index, offset, steps } = node;
    const key = index * (end + 1) + offset;
    if (seen.has(key)) continue;
    seen.add(key);
    const state = graph.states[index];
    if (state?.kind === 'stop') return toArray(steps);
    if (state?.kind === 'fork') for (const next of [...state.next].reverse()) push(next, offset, steps);
    else if (state?.kind === 'text') {
      const length = textLength(reach, state, offset) ?? 0;
      const from = offset === 0 && reach.options.trimmedStart ? state.end - trimmedLength(reach, state) : state.start;
      const step: TextStep = { state, from, start: offset, end: offset + length };
      push(state.next, offset + length, length === 0 ? steps : { step, before: steps });
    } else if (state?.kind === 'value') {
      const window = reach.windowOf(index, offset);
      if (window === undefined) continue;
      const ends = endsWithin(window, alive.ends.get(index));
      for (const at of ends) {
        const step: ValueStep = { state, inner: window.inner, start: offset, end: at };
        push(state.next, at, at === offset ? steps : { step, before: steps });
      }
    }
  }
  return undefined;
}

interface StepList {
  readonly step: Step;
  readonly before: StepList | undefined;
}

function toArray(list: StepList | undefined): readonly Step[] {
  const steps: Step[] = [];
  for (let at = list; at !== undefined; at = at.before) steps.push(at.step);
  return steps.reverse();
}

function trimmedLength({ graph }: Reach, { start, end }: TextState): number {
  return graph.text.slice(start, end).trimStart().length;
}

/** Notes for each character who can have printed it; two that differ make it unsure. */
function findSure(reach: Reach, alive: Alive, steps: readonly Step[], end: number): Int32Array {
  const printers = new Int32Array(end).fill(NOBODY);
  const note = (printer: number, from: number, to: number) => {
    for (let at = from; at < to; at++)
      printers[at] = printers[at] === NOBODY || printers[at] === printer ? printer : SEVERAL;
  };
  const { states } = reach.graph;
  const noted = new Map<number, number>();
  for (let offset = 0; offset <= end; offset++) {
    for (const index of alive.states[offset] ?? []) {
      const state = states[index];
      if (state?.kind === 'text') {
        // The same text at another offset is another printer.
        note(states.length + index * (end + 1) + offset, offset, offset + (textLength(reach, state, offset) ?? 0));
      } else if (state?.kind === 'value') {
        const window = reach.windowOf(index, offset);
        const last = window && lastEnd(window, alive.ends.get(index));
        if (last === undefined || (noted.get(index) ?? -1) >= last) continue;
        note(index, offset, last);
        noted.set(index, last);
      }
    }
  }
  const sure = new Int32Array(end).fill(-1);
  for (const [number, { start, end: to }] of steps.entries())
    for (let at = start; at < to; at++) if (printers[at] !== SEVERAL) sure[at] = number;
  return sure;
}

const NOBODY = -1;
const SEVERAL = -2;
