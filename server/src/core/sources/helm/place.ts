import type { Span } from '../../base/span.ts';
import type { Place } from '../origin.ts';
import { loosen } from './printGraph.ts';
import { findReach, type Inner } from './reach.ts';
import type { TemplateSet } from './templates.ts';
import { type Step, type Trace, traceText, type ValueStep } from './trace.ts';

/** Where a part of a printed text stands in its template. */
export interface TemplatePlace extends Span {
  /** The template holds exactly this text there, and no action takes part in it. */
  readonly exact: boolean;
  /** Within the definition that an include printed. */
  readonly base: Place | undefined;
}

/** Tells for a part of one printed document where its template holds it. */
export type FindPlace = (start: number, end: number) => TemplatePlace;

/**
 * Aligns a document with the template that printed it. `undefined` when nothing that the template can print is this text, or
 * when there are too many ways to look at.
 */
export function alignDocument(set: TemplateSet, file: string, document: string): FindPlace | undefined {
  const graph = set.graphOf(file);
  if (graph === undefined) return undefined;
  for (const tried of [graph, loosen(graph)]) {
    const reach = findReach(tried, document, {
      trimmedStart: true,
      trimmedEnd: true,
      whole: true,
      graphOf: (name) => set.findDefinition(name)?.graph,
      budget: { left: MAX_STEPS },
      depth: 0,
    });
    const trace = reach && traceText(reach, document.length);
    if (trace !== undefined) return createFinder(set, trace);
  }
  return undefined;
}

/** Some tenths of a second. The public charts that were tried all stay below. */
const MAX_STEPS = 600_000;

function createFinder(set: TemplateSet, trace: Trace): FindPlace {
  const inner = new Map<Inner, FindPlace | undefined>();
  const { reach, steps, sure } = trace;
  const { text } = reach.graph;
  return (start, end) => {
    const first = findStep(steps, start);
    const last = findStep(steps, Math.max(start, end - 1));
    if (first === undefined || last === undefined) return { start: 0, end: 0, exact: false, base: undefined };
    const from = startIn(steps[first], start);
    const to = endIn(steps[last], end);
    if (first === last && 'from' in (steps[first] ?? {})) {
      const whole = start === end ? lineAround(reach.text, start) : { start, end };
      const exact =
        isSure(sure, first, whole.start, whole.end) && !touchesAction(text, from, endIn(steps[first], whole.end));
      return { start: from, end: to, exact, base: undefined };
    }
    const step = steps[first];
    const base =
      first === last && step !== undefined && !('from' in step) ? findBase(set, step, start, end, inner) : undefined;
    return { start: from, end: to < from ? endOfStep(step) : to, exact: false, base };
  };
}

/** The step that printed a character. */
function findStep(steps: readonly Step[], offset: number): number | undefined {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return steps.length === 0 ? undefined : low;
}

function startIn(step: Step | undefined, offset: number): number {
  if (step === undefined) return 0;
  return 'from' in step ? step.from + offset - step.start : step.state.start;
}

function endIn(step: Step | undefined, offset: number): number {
  if (step === undefined) return 0;
  return 'from' in step ? step.from + offset - step.start : step.state.end;
}

function endOfStep(step: Step | undefined): number {
  return endIn(step, step?.end ?? 0);
}

/** Whether every way to print the text has this step print it. */
function isSure(sure: Int32Array, step: number, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (sure[at] !== step) return false;
  return true;
}

/** An absent value is what stands before it and the rest of its line: an action there could have printed it. */
function lineAround(text: string, start: number): Span {
  const lineEnd = text.indexOf('\n', start);
  return { start: Math.max(0, start - 1), end: lineEnd < 0 ? text.length : lineEnd + 1 };
}

function touchesAction(text: string, start: number, end: number): boolean {
  return text.startsWith('{{', end) || text.startsWith('}}', start - 2);
}

function findBase(
  set: TemplateSet,
  step: ValueStep,
  start: number,
  end: number,
  finders: Map<Inner, FindPlace | undefined>,
): Place | undefined {
  const { includes } = step.state;
  const definition = includes === undefined ? undefined : set.findDefinition(includes);
  if (definition === undefined) return undefined;
  const { file } = definition;
  const opening: Place = { file, start: definition.definition.start, end: definition.definition.end };
  const { inner } = step;
  if (inner === undefined) return opening;
  if (!finders.has(inner)) {
    const trace = traceText(inner.reach, inner.toInner(step.end));
    finders.set(inner, trace && createFinder(set, trace));
  }
  const place = finders.get(inner)?.(inner.toInner(start), inner.toInner(end));
  if (place === undefined) return opening;
  return place.base ?? { file, start: place.start, end: place.end };
}
