import { renderLinks } from './link.ts';

/** What the manifests say about the thing explained. Only what is certain is a problem; what they do not decide is unknown. */
export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'problem' | 'unknown'; readonly why: string };

/** An explanation before it is cut to the length that the reader asked for. All texts are Markdown of one line. */
export interface Card {
  /** The object and the topic: ``Service `shop/orders` · ClusterIP``. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What was computed for this manifest, most telling first. */
  readonly here: readonly string[];
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

/** `OK`, `Problem: …`, `Unknown: …`. */
export function verdictText(verdict: Verdict): string {
  if (verdict.kind === 'ok') return 'OK';
  return `${verdict.kind === 'problem' ? 'Problem' : 'Unknown'}: ${verdict.why}`;
}

/** A card as Markdown, within {@link MAX_LINES}. */
export function renderCard(card: Card, detail: Detail): string {
  const lines = [`**${card.title}** — ${verdictText(card.verdict)}`, ''];
  const section = (name: string, items: readonly string[], max: number) => {
    if (items.length > 0) lines.push(`**${name}**`, ...cut(items, max).map((item) => `- ${item}`), '');
  };
  section('Here', distinct(card.here), detail === 'short' ? MAX_HERE_SHORT : MAX_HERE);
  if (detail === 'short') return trimEnd(lines);
  if (card.path !== undefined) lines.push(`**Path** ${card.path}`, '');
  section('Watch', card.watch ?? [], MAX_WATCH);
  const commands = card.verify ?? [];
  if (commands.length > 0) lines.push('**Verify**', '```sh', ...commands.slice(0, MAX_VERIFY), '```', '');
  if (detail === 'interview' && card.question !== undefined) {
    lines.push(`**Q** ${card.question.ask}  `, `**A** ${card.question.answer}`);
  }
  return trimEnd(lines);
}

// A full explanation: title and blank (2), Here with its heading and blank (8), Path (2), Watch (6), Verify (5 and the fences).
const MAX_HERE = 6;
const MAX_HERE_SHORT = 7;
const MAX_WATCH = 4;
const MAX_VERIFY = 3;

/** Without lines that differ in the places of their links alone: alternatives of one object say the same. */
function distinct(items: readonly string[]): readonly string[] {
  const byText = new Map(items.map((item) => [renderLinks(item, () => undefined), item]));
  return [...byText.values()];
}

function cut(items: readonly string[], max: number): readonly string[] {
  if (items.length <= max) return items;
  return [...items.slice(0, max - 1), `… and ${items.length - max + 1} more`];
}

function trimEnd(lines: readonly string[]): string {
  return lines.join('\n').trimEnd();
}
