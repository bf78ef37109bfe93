import type { Span } from '../../base/span.ts';
import { preferredQuotes, toScalarText } from '../../yaml/quote.ts';
import type { TypedPlace } from './place.ts';

/** A value that can stand at a place. */
export interface ValueCompletion {
  readonly label: string;
  readonly kind: CandidateKind;
  /** What it is: "port 8080 of container api, Deployment/web". */
  readonly detail: string;
  readonly documentation: string | undefined;
  /** What it replaces, and by what. */
  readonly span: Span;
  readonly newText: string;
  /** What the text before the cursor is compared with. */
  readonly filterText: string;
}

export type CandidateKind = 'key' | 'label' | 'port' | 'object' | 'kind' | 'namespace' | 'host';

/** Something to offer, from one source. Equal texts of several sources become one item. */
export interface Candidate {
  readonly text: string;
  /** An integer, written without quotes. */
  readonly isNumber?: boolean;
  readonly kind: CandidateKind;
  /** Smaller comes first. */
  readonly rank: number;
  readonly detail: string;
  readonly documentation?: string | undefined;
}

interface Merged {
  readonly first: Candidate;
  readonly details: Set<string>;
}

/** More than a list can show. */
export const MAX_ITEMS = 500;

/** One candidate a text, the nearest first. */
export function mergeCandidates(candidates: Iterable<Candidate>): readonly Candidate[] {
  const merged = new Map<string, Merged>();
  for (const candidate of candidates) {
    const key = `${candidate.isNumber === true ? '#' : ''}${candidate.text}`;
    const before = merged.get(key);
    if (before === undefined) merged.set(key, { first: candidate, details: new Set([candidate.detail]) });
    else {
      before.details.add(candidate.detail);
      if (candidate.rank < before.first.rank) merged.set(key, { first: candidate, details: before.details });
    }
  }
  return [...merged.values()]
    .map(({ first, details }) => ({ ...first, detail: summarize(first.detail, details.size) }))
    .sort((a, b) => a.rank - b.rank || compareTexts(a, b));
}

/** By the alphabet; ports stay in the order in which they are declared. */
function compareTexts(a: Candidate, b: Candidate): number {
  if (a.kind === 'port' || b.kind === 'port') return 0;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

function summarize(detail: string, count: number): string {
  return count === 1 ? detail : `${detail}, and ${count - 1} more`;
}

/** Turns a candidate into what is written at a place: with the quotes, blank and colon that it needs there. */
export function toItem(place: TypedPlace, text: string, candidate: Candidate): ValueCompletion {
  const { label, kind, detail, documentation } = { label: candidate.text, ...candidate };
  const { typed, needsSpace, needsColon } = place;
  const { quote } = typed;
  const lead = needsSpace ? ' ' : '';
  const about = { label, kind, detail, documentation };
  if (quote === undefined) {
    const value = candidate.isNumber === true ? label : toScalarText(label, 'plain', preferredQuotes(text));
    const newText = `${lead}${value}${needsColon ? ': ' : ''}`;
    const span = { start: typed.start, end: typed.end };
    return { ...about, span, newText, filterText: `${lead}${label}` };
  }
  const isClosed = text[typed.end] === quote;
  const end = typed.end + (isClosed ? 1 : 0);
  if (candidate.isNumber === true) {
    const span = { start: typed.start - 1, end };
    return { ...about, span, newText: label, filterText: `${quote}${label}` };
  }
  const inner = toScalarText(label, quote === '"' ? 'double' : 'single', 'double').slice(1, -1);
  const tail = needsColon ? `${quote}: ` : isClosed ? '' : quote;
  const span = { start: typed.start, end: needsColon && isClosed ? end : typed.end };
  return { ...about, span, newText: `${inner}${tail}`, filterText: label };
}
