import type { Span } from '../base/span.ts';
import { renderLinks } from './link.ts';

/** What the manifests say about the thing explained. Only what is certain is a problem; what they do not decide is unknown. */
export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'problem' | 'unknown'; readonly why: string };

export interface Table {
  readonly head: readonly string[];
  /** At most three are shown. */
  readonly rows: readonly (readonly string[])[];
}

/** An explanation before it is cut to the length that the reader asked for. All texts are Markdown of one line. */
export interface Card {
  /** The object and the topic: ``Service `shop/orders` · ClusterIP``. */
  readonly title: string;
  readonly verdict: Verdict;
  /** The part of the text that it speaks of; absent: the object as a whole. */
  readonly about?: Span;
  /** What a finding says of this place, for where none does: it stands before the rest of *here*. */
  readonly fault?: readonly string[];
  /** What was computed for this manifest, most telling first. */
  readonly here: readonly string[];
  /** A comparison that a list would hide: two readings, or Pods and directions. */
  readonly table?: Table;
  /** The way of a packet or of a decision. */
  readonly path?: string;
  readonly watch?: readonly string[];
  /** Commands that read from a cluster, names filled in. */
  readonly verify?: readonly string[];
  readonly question?: { readonly ask: string; readonly answer: string };
}

export type Detail = 'short' | 'full' | 'interview';

/** Line limits per detail; an interview adds its question to a full explanation. */
export const MAX_LINES: Readonly<Record<Detail, number>> = { short: 10, full: 25, interview: 28 };

export const OK: Verdict = { kind: 'ok' };

export function problem(why: string): Verdict {
  return { kind: 'problem', why };
}

export function unknown(why: string): Verdict {
  return { kind: 'unknown', why };
}

/** The gravest of several verdicts: a problem before an unknown, the first of its kind. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ kind }) => kind === 'problem') ?? verdicts.find(({ kind }) => kind === 'unknown') ?? OK;
}

/** A card beside a finding, which says what is wrong: the verdict is the finding's, and the card does not say it again. */
export function withFinding(card: Card, verdict: Verdict): Card {
  return { ...card, verdict: gravest([verdict, card.verdict]), fault: [] };
}

/** `OK`, `Problem: …`, `Unknown: …`. */
export function verdictText(verdict: Verdict): string {
  if (verdict.kind === 'ok') return 'OK';
  return `${verdict.kind === 'problem' ? 'Problem' : 'Unknown'}: ${verdict.why}`;
}

/** A card as Markdown, within {@link MAX_LINES}: what was computed gives way last. */
export function renderCard(card: Card, detail: Detail): string {
  const head = [`**${card.title}** — ${verdictText(card.verdict)}`, ''];
  const table = card.table === undefined ? [] : [...tableLines(card.table), ''];
  const path = card.path === undefined ? [] : [`**Path** ${card.path}`, ''];
  const commands = card.verify ?? [];
  const verify = commands.length === 0 ? [] : ['**Verify**', '```sh', ...commands.slice(0, MAX_VERIFY), '```', ''];
  const here = distinct([...(card.fault ?? []), ...card.here]);
  if (detail === 'short') {
    const room = MAX_LINES.short - head.length - HEADING - table.length;
    return joinLines([...head, ...section('Here', cut(here, room)), ...table]);
  }
  const fixed = head.length + table.length + path.length + verify.length + 2 * HEADING;
  const notes = (card.watch ?? []).slice(0, fixed + MIN_HERE + MAX_WATCH > MAX_LINES.full ? MAX_WATCH / 2 : MAX_WATCH);
  const lines = [
    ...head,
    ...section('Here', cut(here, MAX_LINES.full - fixed - notes.length)),
    ...table,
    ...path,
    ...section('Watch', notes),
    ...verify,
  ];
  if (detail === 'interview' && card.question !== undefined) {
    lines.push(`**Q** ${card.question.ask}  `, `**A** ${card.question.answer}`);
  }
  return joinLines(lines);
}

const MIN_HERE = 4;
const MAX_WATCH = 4;
const MAX_VERIFY = 3;
/** The lines that a section has beside its items: its name and the blank after it. */
const HEADING = 2;

function section(name: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`**${name}**`, ...items.map((item) => `- ${item}`), ''];
}

function tableLines({ head, rows }: Table): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.slice(0, MAX_ROWS).map(line)];
}

const MAX_ROWS = 3;

/** Without lines that differ in the places of their links alone: alternatives of one object say the same. */
function distinct(items: readonly string[]): readonly string[] {
  const byText = new Map(items.map((item) => [renderLinks(item, () => undefined), item]));
  return [...byText.values()];
}

function cut(items: readonly string[], max: number): readonly string[] {
  if (items.length <= max) return items;
  return [...items.slice(0, max - 1), `… and ${items.length - max + 1} more`];
}

function joinLines(lines: readonly string[]): string {
  return lines.join('\n').trimEnd();
}
