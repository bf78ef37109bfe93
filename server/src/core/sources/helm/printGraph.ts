import type { Span } from '../../base/span.ts';
import type { TemplatePart } from './goTemplate.ts';
import type { TextPart } from './goTokens.ts';
import { type Pipeline, readPipeline, type Shape } from './pipeline.ts';

/**
 * All that a template can print, as a machine: its states are the places of the template, and what a state prints stands before
 * what its successors print.
 */
export interface PrintGraph {
  readonly text: string;
  readonly states: readonly PrintState[];
  /** Where a document can begin: the template's own beginning first, then behind each `---`. */
  readonly starts: readonly number[];
}

export type PrintState = TextState | ValueState | ForkState | StopState;

/** Prints a piece of the template as it stands. */
export interface TextState extends Span {
  readonly kind: 'text';
  readonly next: number;
}

/** Prints what an action makes. */
export interface ValueState extends Span, Pipeline {
  readonly kind: 'value';
  readonly next: number;
}

/** Prints nothing and goes on with one of several. */
export interface ForkState {
  readonly kind: 'fork';
  readonly next: readonly number[];
}

/** A document ends: at `---` or with the template. */
export interface StopState {
  readonly kind: 'stop';
}

/** `mayBreak`: whether a definition of that name can print a line break. */
export function buildPrintGraph(
  text: string,
  parts: readonly TemplatePart[],
  mayBreak: (definition: string) => boolean,
): PrintGraph {
  const builder: Builder = { text, states: [], starts: [], mayBreak };
  const end = add(builder, { kind: 'stop' });
  const entry = build(builder, parts, end, { break: end, continue: end });
  return { text, states: builder.states, starts: [entry, ...builder.starts.reverse()] };
}

/** Whether parts of a template can print a line break. */
export function printsLineBreak(
  text: string,
  parts: readonly TemplatePart[],
  mayBreak: (definition: string) => boolean,
): boolean {
  return parts.some((part) => {
    if (part.kind === 'text') return text.slice(part.start, part.end).includes('\n');
    if (part.kind === 'choice') return part.branches.some((branch) => printsLineBreak(text, branch, mayBreak));
    return part.kind === 'output' && readPipeline(part.pipeline, false, mayBreak).shape.kind !== 'line';
  });
}

/** As if every value could print lines: what is left to try where the functions of a template do more than they tell. */
export function loosen(graph: PrintGraph): PrintGraph {
  const lines: Shape = { kind: 'lines' };
  const states = graph.states.map((state) =>
    state.kind === 'value' ? { ...state, shape: lines, includes: undefined } : state,
  );
  // A value may print whole documents with their `---`, so one can begin within it.
  const values = states.flatMap((state, index) => (state.kind === 'value' ? [index] : []));
  return { ...graph, states, starts: [...graph.starts, ...values] };
}

interface Builder {
  readonly text: string;
  readonly states: PrintState[];
  readonly starts: number[];
  readonly mayBreak: (definition: string) => boolean;
}

interface Jumps {
  readonly break: number;
  readonly continue: number;
}

/** Adds the states of parts that are followed by the state `next`; returns the first. Goes from the last to the first. */
function build(builder: Builder, parts: readonly TemplatePart[], next: number, jumps: Jumps): number {
  return parts.reduceRight((following, part) => buildPart(builder, part, following, jumps), next);
}

function buildPart(builder: Builder, part: TemplatePart, next: number, jumps: Jumps): number {
  switch (part.kind) {
    case 'text':
      return buildText(builder, part, next);
    case 'output': {
      const { start, end, pipeline } = part;
      const read = readPipeline(pipeline, isAlone(builder.text, part), builder.mayBreak);
      return add(builder, { kind: 'value', start, end, ...read, next });
    }
    case 'break':
    case 'continue':
      return jumps[part.kind];
    case 'choice': {
      if (!part.loop) {
        const branches = part.branches.map((branch) => build(builder, branch, next, jumps));
        return add(builder, { kind: 'fork', next: part.optional ? [...branches, next] : branches });
      }
      const [body = [], ...others] = part.branches;
      const again: number[] = [];
      const head = add(builder, { kind: 'fork', next: again });
      const first = build(builder, body, head, { break: next, continue: head });
      again.push(first, next);
      if (part.optional) return head;
      return add(builder, {
        kind: 'fork',
        next: [first, ...others.map((branch) => build(builder, branch, next, jumps))],
      });
    }
  }
}

/** Cuts a text at its `---`, as Helm cuts what was printed. */
function buildText(builder: Builder, { start, end }: TextPart, next: number): number {
  const text = builder.text.slice(start, end);
  let following = next;
  let stop = text.length;
  for (const match of [...text.matchAll(/(^|\n)---/g)].reverse()) {
    const after = match.index + match[0].length;
    if (after < stop) following = addText(builder, start + after, start + stop, following);
    builder.starts.push(following);
    const end = add(builder, { kind: 'stop' });
    // At the beginning of a text the dashes may go on a line that an action began.
    following =
      match[1] === ''
        ? add(builder, { kind: 'fork', next: [end, addText(builder, start + match.index, start + after, following)] })
        : end;
    stop = match.index;
  }
  return stop > 0 ? addText(builder, start, start + stop, following) : following;
}

function addText(builder: Builder, start: number, end: number, next: number): number {
  return add(builder, { kind: 'text', start, end, next });
}

function add(builder: Builder, state: PrintState): number {
  return builder.states.push(state) - 1;
}

/** Whether an action has its lines for itself. */
function isAlone(text: string, { start, end }: Span): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  return (
    text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd < 0 ? text.length : lineEnd).trim() === ''
  );
}
