import { type Card, OK, unknown, type Verdict, verdictText } from './card.ts';
import { code } from './link.ts';

/** A card and the unit that it speaks of, by the unit's label. */
export interface UnitCard {
  readonly unit: string;
  readonly card: Card;
}

/**
 * One card of those that the units of a file give: the gravest, with what the others say instead. Of a single unit its
 * card as it is; loose manifests have no name to show.
 */
export function mergeCards(cards: readonly UnitCard[]): Card | undefined {
  const [first, ...rest] = cards;
  if (first === undefined) return undefined;
  if (rest.length === 0) return first.card;
  const names = cards.map(({ unit }) => code(unit));
  const shown = cards.reduce((worst, candidate) =>
    weight(candidate.card.verdict) > weight(worst.card.verdict) ? candidate : worst,
  );
  const { card } = shown;
  const isEqual = cards.every((other) => sameText(other.card, card));
  if (isEqual)
    return {
      ...card,
      here: [
        `the same in ${cards.length} units: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`,
        ...card.here,
      ],
    };
  const verdicts = new Set(cards.map((other) => other.card.verdict.kind));
  const others = cards.filter((other) => other !== shown);
  const line =
    verdicts.size > 1
      ? `units disagree: shown is ${code(shown.unit)}; ${others
          .slice(0, 3)
          .map((other) => `${code(other.unit)} is ${verdictText(other.card.verdict)}`)
          .join('; ')}`
      : `shown is the unit ${code(shown.unit)}; ${others
          .slice(0, 3)
          .map(({ unit }) => code(unit))
          .join(', ')} differ in details`;
  return { ...card, here: [line, ...card.here] };
}

/** What is said of a chart's template: nothing in it is certain before it is rendered. */
export function soften(card: Card): Card {
  const verdict: Verdict = card.verdict.kind === 'ok' ? OK : unknown(card.verdict.why);
  return {
    ...card,
    verdict,
    here: ['a chart that is not rendered: only what its text says outside of templates', ...card.here],
  };
}

function weight({ kind }: Verdict): number {
  return kind === 'problem' ? 2 : kind === 'unknown' ? 1 : 0;
}

function sameText(a: Card, b: Card): boolean {
  return (
    a.title === b.title && verdictText(a.verdict) === verdictText(b.verdict) && a.here.join('\n') === b.here.join('\n')
  );
}
