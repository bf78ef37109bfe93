import type { PrintGraph, TextState, ValueState } from './printGraph.ts';

/** A text that a template printed, or one of its definitions, and how far the template's states explain it. */
export interface Reach {
  readonly graph: PrintGraph;
  readonly text: string;
  readonly options: ReachOptions;
  /** For each offset the states that can go on printing there, everything before being explained. */
  readonly states: readonly (ReadonlySet<number> | undefined)[];
  /** The offsets at which the template can be at its end. */
  readonly ends: readonly number[];
  /** What a value can have printed that begins at an offset; `undefined` when it cannot begin there. */
  windowOf(state: number, offset: number): Window | undefined;
}

export interface ReachOptions {
  /** White space was taken away from the text's beginning. */
  readonly trimmedStart: boolean;
  /** White space was taken away from the text's end. */
  readonly trimmedEnd: boolean;
  /** A document: it may begin behind any `---` and ends with the text. Otherwise a definition: it ends anywhere. */
  readonly whole: boolean;
  readonly graphOf: (definition: string) => PrintGraph | undefined;
  readonly budget: Budget;
  readonly depth: number;
}

/** What the search may still cost, in steps. */
export interface Budget {
  left: number;
}

/** The end of a value lies between `low` and `high`; where `allowed` is given, at one of these. */
export interface Window {
  readonly low: number;
  readonly high: number;
  readonly allowed: ReadonlySet<number> | undefined;
  /** What the included definition can have printed here. */
  readonly inner: Inner | undefined;
}

/** The text of an included definition, its indentation taken away. */
export interface Inner {
  readonly reach: Reach;
  toInner(offset: number): number;
}

/** Finds all ways in which a template can have printed a text. `undefined` when there is none, or too many to look at. */
export function findReach(graph: PrintGraph, text: string, options: ReachOptions): Reach | undefined {
  const states: (Set<number> | undefined)[] = new Array(text.length + 1);
  const windows = new Map<number, Window | undefined>();
  const windowOf = (state: number, offset: number): Window | undefined => {
    const key = state * (text.length + 1) + offset;
    if (!windows.has(key)) windows.set(key, findWindow(graph, text, options, state, offset));
    return windows.get(key);
  };
  const ends: number[] = [];
  const reach: Reach = { graph, text, options, states, ends, windowOf };
  const seenValues = new Map<number, number>();
  states[0] = new Set(options.whole ? graph.starts : graph.starts.slice(0, 1));
  for (let offset = 0; offset <= text.length; offset++) {
    const here = states[offset];
    if (here === undefined) continue;
    // A set that grows while it is gone through shows what is added.
    for (const state of here) {
      options.budget.left--;
      if (options.budget.left < 0) return undefined;
      if (stops(reach, state, offset)) ends.push(offset);
      for (const [next, at] of stepsFrom(reach, state, offset, seenValues)) {
        options.budget.left--;
        let there = states[at];
        if (there === undefined) {
          there = new Set();
          states[at] = there;
        }
        there.add(next);
      }
    }
  }
  return ends.length === 0 ? undefined : reach;
}

/** Whether the template is at its end, or at a document's end, with this text printed. */
export function stops({ graph, text, options }: Reach, state: number, offset: number): boolean {
  if (graph.states[state]?.kind !== 'stop') return false;
  return offset === text.length || (state === END && !options.whole);
}

/** How many characters of the text a state's own text explains at an offset; `undefined` when it does not stand there. */
export function textLength(
  { graph, text, options }: Reach,
  { start, end }: TextState,
  offset: number,
): number | undefined {
  const trimsStart = offset === 0 && options.trimmedStart;
  if (!trimsStart && end - start <= text.length - offset) {
    for (let at = start, to = offset; at < end; at++, to++)
      if (graph.text.charCodeAt(at) !== text.charCodeAt(to)) return undefined;
    return end - start;
  }
  const printed = trimsStart ? graph.text.slice(start, end).trimStart() : graph.text.slice(start, end);
  if (text.startsWith(printed, offset)) return printed.length;
  const rest = text.length - offset;
  const isRest = options.trimmedEnd && printed.length > rest && printed.slice(rest).trim() === '';
  return isRest && text.endsWith(printed.slice(0, rest)) ? rest : undefined;
}

/** Index of the state at which a template ends; see `buildPrintGraph`. */
const END = 0;
const MAX_DEPTH = 8;

/** What can follow a state at an offset, and where. Values that were gone through from an earlier offset are left out. */
function* stepsFrom(
  reach: Reach,
  index: number,
  offset: number,
  seenValues: Map<number, number>,
): Iterable<readonly [number, number]> {
  const state = reach.graph.states[index];
  if (state?.kind === 'fork') for (const next of state.next) yield [next, offset];
  else if (state?.kind === 'text') {
    const length = textLength(reach, state, offset);
    if (length !== undefined) yield [state.next, offset + length];
  } else if (state?.kind === 'value') {
    const window = reach.windowOf(index, offset);
    if (window === undefined) return;
    // From an earlier place on the line, or in the text, it could print up to the same ends.
    if (window.inner === undefined && state.shape.kind !== 'indented') {
      if ((seenValues.get(index) ?? -1) >= offset) return;
      seenValues.set(index, window.high);
    }
    for (const at of endsOf(reach, state, window)) yield [state.next, at];
  }
}

/** Where a value can end: where something of what follows it can begin. */
function* endsOf(reach: Reach, state: ValueState, { low, high, allowed }: Window): Iterable<number> {
  if (allowed !== undefined) {
    for (const at of allowed) yield at;
    return;
  }
  const { graph, text, options } = reach;
  let anywhere = false;
  for (const follower of followers(graph, state.next)) {
    const next = graph.states[follower];
    if (next?.kind === 'text') {
      const printed = graph.text.slice(next.start, next.end);
      yield* occurrences(text, printed, low, high);
      if (low === 0) yield 0;
      const rest = printed.trimEnd();
      if (options.trimmedEnd && text.endsWith(rest)) {
        const at = text.length - rest.length;
        if (low <= at && at <= high) yield at;
      }
    } else if (next?.kind === 'value' && next.shape.kind === 'indented' && next.shape.breaks) {
      yield* occurrences(text, '\n', low, high);
    } else if (next?.kind === 'value') anywhere = true;
    else if (!options.whole && follower === END) anywhere = true;
  }
  if (high === text.length) yield high;
  if (anywhere) for (let at = low; at <= high; at++) yield at;
}

/** Where a word begins between two offsets; what lies behind them is not searched. */
function* occurrences(text: string, word: string, low: number, high: number): Iterable<number> {
  const part = text.slice(low, high + word.length);
  for (let at = part.indexOf(word); at >= 0; at = part.indexOf(word, at + 1)) {
    if (low + at > high) return;
    yield low + at;
  }
}

/** The states that print next, or stop. */
function followers(graph: PrintGraph, from: number): ReadonlySet<number> {
  const found = new Set([from]);
  for (const index of found) {
    const state = graph.states[index];
    if (state?.kind === 'fork') for (const next of state.next) found.add(next);
  }
  return found;
}

function findWindow(
  graph: PrintGraph,
  text: string,
  options: ReachOptions,
  index: number,
  offset: number,
): Window | undefined {
  const state = graph.states[index];
  if (state?.kind !== 'value') return undefined;
  const { shape, includes } = state;
  if (shape.kind === 'line') {
    const lineEnd = text.indexOf('\n', offset);
    return { low: offset, high: lineEnd < 0 ? text.length : lineEnd, allowed: undefined, inner: undefined };
  }
  const block =
    shape.kind === 'lines' ? wholeRest(text, offset) : findBlock(text, offset, shape.width, shape.breaks, options);
  if (block === undefined) return undefined;
  const { low, high } = block;
  const definition = includes === undefined || options.depth >= MAX_DEPTH ? undefined : options.graphOf(includes);
  if (definition === undefined) return { low, high, allowed: undefined, inner: undefined };
  const reach = findReach(definition, block.lines.map(({ start, end }) => text.slice(start, end)).join('\n'), {
    ...options,
    trimmedStart: options.trimmedStart && block.lines[0]?.start === 0,
    trimmedEnd: options.trimmedEnd && high === text.length,
    whole: false,
    depth: options.depth + 1,
  });
  if (reach === undefined) return undefined;
  const allowed = new Set(reach.ends.map((end) => toOuter(block.lines, end)));
  return { low, high, allowed, inner: { reach, toInner: (at) => toInner(block.lines, at) } };
}

/** Lines of a text, each without its indentation. */
interface Block {
  readonly low: number;
  readonly high: number;
  readonly lines: readonly { readonly start: number; readonly end: number }[];
}

function wholeRest(text: string, offset: number): Block {
  return { low: offset, high: text.length, lines: [{ start: offset, end: text.length }] };
}

/** The lines that all begin with `width` spaces, from an offset on. */
function findBlock(
  text: string,
  offset: number,
  width: number,
  breaks: boolean,
  options: ReachOptions,
): Block | undefined {
  const pad = ' '.repeat(width);
  const isStart = offset === 0 && options.trimmedStart;
  const isEnd = offset === text.length && options.trimmedEnd;
  if (breaks && text[offset] !== '\n' && !isStart && !isEnd) return undefined;
  if (isEnd) return { low: offset, high: offset, lines: [{ start: offset, end: offset }] };
  const lines: { start: number; end: number }[] = [];
  let line = breaks && !isStart ? offset + 1 : offset;
  while (line <= text.length && (text.startsWith(pad, line) || (isStart && lines.length === 0))) {
    const found = text.indexOf('\n', line);
    const end = found < 0 ? text.length : found;
    lines.push({ start: isStart && lines.length === 0 ? line : line + width, end });
    line = end + 1;
  }
  const first = lines[0];
  const last = lines.at(-1);
  return first === undefined || last === undefined ? undefined : { low: first.start, high: last.end, lines };
}

function toOuter(lines: Block['lines'], inner: number): number {
  let left = inner;
  for (const { start, end } of lines) {
    if (left <= end - start) return start + left;
    left -= end - start + 1;
  }
  return lines.at(-1)?.end ?? 0;
}

/** An offset within a line's indentation belongs to the line's beginning. */
function toInner(lines: Block['lines'], outer: number): number {
  let before = 0;
  for (const { start, end } of lines) {
    if (outer <= end) return before + Math.max(0, outer - start);
    before += end - start + 1;
  }
  return Math.max(0, before - 1);
}
